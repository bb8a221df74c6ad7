"""Where the customers live: cities with their districts, and the words that streets are named by.

The first of a city's names is how it is written there. The weight is its share of the bank's customers.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """`native` as its customers write it, `latin` as a foreigner would; `script` says who lives there."""

    script: str
    native: str
    latin: str
    region: str
    weight: float
    districts: tuple[str, ...]


def _chinese(script: str, native: str, latin: str, region: str, weight: float, districts: str) -> City:
    return City(script, native, latin, region, weight, tuple(districts.split()))


CITIES = (
    _chinese(
        "hans",
        "上海市",
        "Shanghai",
        "上海",
        9,
        "浦东新区 黄浦区 徐汇区 长宁区 静安区 普陀区 虹口区 杨浦区 闵行区 宝山区",
    ),
    _chinese(
        "hans", "北京市", "Beijing", "北京", 8, "东城区 西城区 朝阳区 海淀区 丰台区 石景山区 通州区 昌平区 大兴区"
    ),
    _chinese("hans", "广州市", "Guangzhou", "广东", 6, "天河区 越秀区 海珠区 荔湾区 白云区 番禺区"),
    _chinese("hans", "深圳市", "Shenzhen", "广东", 6, "福田区 罗湖区 南山区 宝安区 龙岗区 盐田区"),
    _chinese("hans", "杭州市", "Hangzhou", "浙江", 4, "西湖区 上城区 拱墅区 滨江区 余杭区 萧山区"),
    _chinese("hans", "宁波市", "Ningbo", "浙江", 2, "海曙区 江北区 鄞州区 镇海区"),
    _chinese("hans", "南京市", "Nanjing", "江苏", 4, "玄武区 秦淮区 鼓楼区 建邺区 栖霞区 江宁区"),
    _chinese("hans", "苏州市", "Suzhou", "江苏", 4, "姑苏区 虎丘区 吴中区 相城区 吴江区"),
    _chinese("hans", "成都市", "Chengdu", "四川", 5, "锦江区 青羊区 武侯区 成华区 金牛区 双流区"),
    _chinese("hans", "武汉市", "Wuhan", "湖北", 4, "江岸区 江汉区 武昌区 洪山区 汉阳区"),
    _chinese("hans", "西安市", "Xi'an", "陕西", 3, "碑林区 雁塔区 未央区 莲湖区 长安区"),
    _chinese("hans", "青岛市", "Qingdao", "山东", 3, "市南区 市北区 崂山区 黄岛区"),
    _chinese("hans", "厦门市", "Xiamen", "福建", 2, "思明区 湖里区 集美区 海沧区"),
    _chinese("hans", "长沙市", "Changsha", "湖南", 3, "芙蓉区 岳麓区 开福区 雨花区"),
    _chinese("hans", "天津市", "Tianjin", "天津", 3, "和平区 河西区 南开区 河东区 滨海新区"),
    _chinese("hans", "大连市", "Dalian", "辽宁", 2, "中山区 西岗区 沙河口区 甘井子区"),
    _chinese("hant", "臺北市", "Taipei", "臺灣", 5, "中正區 大安區 信義區 中山區 松山區 士林區 內湖區"),
    _chinese("hant", "高雄市", "Kaohsiung", "臺灣", 2, "三民區 苓雅區 左營區 鳳山區 前鎮區"),
    _chinese("hant", "臺中市", "Taichung", "臺灣", 2, "西屯區 北屯區 南屯區 豐原區"),
    City("es", "Madrid", "Madrid", "Madrid", 7, ("28004", "28013", "28020", "28035", "28045")),
    City("es", "Barcelona", "Barcelona", "Cataluña", 5, ("08002", "08013", "08024", "08036")),
    City("es", "Valencia", "Valencia", "Comunidad Valenciana", 3, ("46001", "46010", "46023")),
    City("es", "Sevilla", "Sevilla", "Andalucía", 3, ("41001", "41010", "41013")),
    City("es", "Málaga", "Malaga", "Andalucía", 2, ("29001", "29010", "29016")),
    City("es", "Zaragoza", "Zaragoza", "Aragón", 2, ("50001", "50008", "50018")),
    City("es", "Bilbao", "Bilbao", "País Vasco", 2, ("48001", "48011")),
    City("es", "Córdoba", "Cordoba", "Andalucía", 1, ("14001", "14010")),
    City("latin", "London", "London", "England", 5, ("E1 6AN", "SE10 9NN", "N1 8QH", "SW4 7AB")),
    City("latin", "Manchester", "Manchester", "England", 2, ("M1 2JQ", "M4 5HA", "M20 6RD")),
    City("latin", "Edinburgh", "Edinburgh", "Scotland", 1, ("EH1 1YZ", "EH6 7DX")),
    City("latin", "Dublin", "Dublin", "Leinster", 1, ("D02 X285", "D08 NP21")),
)

CHINESE_STREETS = (
    "中山 人民 解放 建设 和平 新华 文化 光明 胜利 友谊 长江 黄河 南京 北京 世纪 延安 淮海 花园 东风 朝阳 青年 学院 "
    "科技 "
    "滨江 湖滨 复兴 民生 幸福 富强 振兴 迎宾 环城 大庆 香山 翠竹 桃园 梅园 松柏 荷花 金桥 银河 凤凰 龙泉 泰山 昆仑 天山"
)
CHINESE_STREET_KINDS = "路 路 路 街 大道 东路 西路 南路 北路 中路 巷"
SPANISH_STREETS = (
    "Mayor|de Alcalá|Real|de la Constitución|de San Juan|del Sol|de Goya|de Velázquez|de Serrano|del Carmen|de la Paz|"
    "de Cervantes|de la Estación|de las Flores|del Prado|de Colón|de San Francisco|de la Iglesia|Nueva|de Toledo|de "
    "Aragón|"
    "de Valencia|del Mar|de la Libertad|de Santa Ana|de los Reyes Católicos|de Murillo|de Lope de Vega|de la Fuente|"
    "de la Luna|de Juan Carlos I|de Andalucía|de Castilla|de los Olivos|del Pino|de la Rosa"
)
SPANISH_STREET_KINDS = "Calle|Calle|Calle|Avenida|Plaza|Paseo|Camino"
LATIN_STREETS = (
    "High|Station|Church|London|Victoria|Green|Manor|Park|Queens|Kings|Grange|Mill|School|Albert|York|Windsor|"
    "Springfield|"
    "Richmond|Stanley|Chester|North|South|West|East|Highfield|Alexandra|Oak|Elm|Cedar|Willow|Meadow|Bridge|Castle|"
    "Chapel|Orchard"
)
LATIN_STREET_KINDS = "Road|Street|Street|Lane|Avenue|Close|Gardens|Terrace"
