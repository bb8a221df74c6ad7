"""What companies and public bodies are called, most frequent words first."""

CHINESE_TRADE_FIRST = "华金天恒中瑞鑫宏东盛新泰永福海兴安德康凯光嘉利明正源长龙顺广"
CHINESE_TRADE_LAST = "达信丰源星通隆泰安昌盛和润华宇成龙康瑞远美福祥兴发业景峰海川"
CHINESE_LINES = (
    ("贸易", "Trading"),
    ("科技", "Technology"),
    ("实业", "Industrial"),
    ("建筑工程", "Construction"),
    ("物流", "Logistics"),
    ("电子", "Electronics"),
    ("餐饮管理", "Catering Management"),
    ("投资管理", "Investment Management"),
    ("医疗器械", "Medical Devices"),
    ("服装", "Garment"),
    ("食品", "Foods"),
    ("机械设备", "Machinery"),
    ("文化传媒", "Culture Media"),
    ("房地产开发", "Real Estate"),
    ("环保工程", "Environmental Engineering"),
)
SPANISH_LINES = (
    "Construcciones|Talleres|Transportes|Inmobiliaria|Distribuciones|Comercial|Servicios|Panadería|Instalaciones|"
    "Gestoría|"
    "Hostelería|Farmacia|Clínica Dental|Muebles|Carpintería|Restaurante|Bodegas|Asesoría|Electricidad|Frutas"
)
SPANISH_TRADES = (
    "Sierra Norte|El Olivo|La Encina|Costa Azul|Hermanos Ruiz|San Miguel|Tres Cantos|Miramar|Levante|del Sur|La "
    "Fuente|Ibérica|"
    "Mediterránea|Santa Clara|El Roble|Nueva Era|Rías Baixas|Monteverde|Los Álamos|Castilla|Puerta del Sol|La "
    "Alameda|Guadalquivir|"
    "Valle Alto|Peñalara|El Faro|San Isidro|Los Naranjos|Alhambra|Ebro|Hijos de Pérez|Pinares|Altamira|La Giralda|"
    "Montaña"
)
LATIN_TRADES = (
    "Northfield|Ashford|Blackwood|Silverline|Kingsway|Redbridge|Oakwell|Harbour|Westgate|Pinnacle|Sterling|Crown|"
    "Meridian|Beacon|"
    "Summit|Riverside|Castle|Fairview|Lakeside|Anchor|Premier|Cornerstone|Phoenix|Evergreen|Horizon|Atlas|Keystone|"
    "Orchard|Falcon"
)
LATIN_LINES = (
    "Consulting|Logistics|Builders|Properties|Engineering|Foods|Software|Marketing|Plumbing|Trading|Design|Motors|"
    "Electrical|"
    "Cleaning Services|Healthcare|Joinery|Catering|Printing|Textiles|Security"
)
PUBLIC_BODIES = {
    "hans": (
        ("第{}中学", "No. {} Middle School"),
        ("第{}小学", "No. {} Primary School"),
        ("第{}人民医院", "No. {} People's Hospital"),
    ),
    "hant": (
        ("第{}中學", "No. {} Middle School"),
        ("第{}國小", "No. {} Primary School"),
        ("第{}醫院", "No. {} Hospital"),
    ),
    "es": (
        ("Colegio Público nº {}", ""),
        ("Instituto de Enseñanza Secundaria nº {}", ""),
        ("Centro de Salud nº {}", ""),
    ),
    "latin": (("Public School No. {}", ""), ("Community Health Centre {}", ""), ("Library Branch {}", "")),
}
