"""Spanish surnames and given names, most frequent first."""

SURNAMES = (
    "García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz "
    "Moreno Muñoz "
    "Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina "
    "Morales Suárez "
    "Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano "
    "Guerrero Cano "
    "Prieto Méndez Cruz Calvo Gallego Herrera Márquez León Vidal Peña Flores Cabrera Campos Vega Fuentes Carrasco "
    "Díez Reyes "
    "Caballero Nieto Aguilar Pascual Santana Herrero Montero Lorenzo Hidalgo Giménez Ibáñez Ferrer Durán Santiago "
    "Benítez Vargas "
    "Mora Vicente Arias Carmona Crespo Román Pastor Soto Sáez Velasco Moya Soler Parra Esteban Bravo Gallardo Rojas "
    "Pardo Merino "
    "Franco Espinosa Izquierdo Lara Rivas Rivera Silva Casado Arroyo Redondo Camacho Rey Vera Otero Galán Montes "
    "Luque Ríos "
    "Sierra Segura Carrillo Marcos Marti Soriano Mendoza Bernal Robles Vila Valero Palacios Expósito Benito Andrés "
    "Varela Pereira "
    "Macías Guerra Heredia Bueno Roldán Mateo Villar Contreras Miranda Guillén Mateos Escudero Aguilera Casas "
    "Menéndez Aparicio "
    "Rivero Estévez Beltrán Padilla Gracia Rico Calderón Abad Galindo Conde Salas Quintana Plaza Jurado Acosta "
    "Aranda Bermúdez "
    "Roca Santamaría Blázquez Salazar Costa Guzmán Miguel Serra Manzano Villanueva Nicolás Cuesta Tomás Trujillo "
    "Avila Simón Pons "
    "Lázaro Sancho Escobar Rueda Zamora Arenas"
)
MALE = (
    "Antonio Manuel José Francisco David Juan Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pablo Pedro Ángel "
    "Sergio "
    "Fernando Jorge Luis Alberto Álvaro Adrián Diego Raúl Iván Rubén Enrique Óscar Ramón Andrés Vicente Santiago "
    "Joaquín Víctor "
    "Mario Eduardo Roberto Jaime Marcos Ignacio Hugo Alfonso Salvador Ricardo Emilio Guillermo Gabriel Julio Gonzalo "
    "Tomás "
    "Martín Agustín Nicolás Ismael Samuel Félix Héctor Cristian Aitor Lucas Iker Julián Domingo Gregorio Rodrigo "
    "Sebastián "
    "Lorenzo Esteban Isaac"
)
MALE_DOUBLE = (
    "José Antonio|José Luis|Juan Carlos|José Manuel|Francisco Javier|Juan José|Miguel Ángel|José María|Juan Antonio|"
    "Luis Miguel|Juan Manuel|José Ramón|Pedro José|Carlos Alberto|Juan Francisco|José Miguel|Víctor Manuel|Juan Luis"
)
FEMALE = (
    "María Carmen Ana Isabel Laura Cristina Marta Dolores Lucía Pilar Elena Teresa Paula Raquel Rosa Sara Mercedes "
    "Julia Beatriz "
    "Nuria Silvia Josefa Patricia Irene Rocío Andrea Mónica Montserrat Concepción Alba Ángela Encarnación Alicia "
    "Sonia Susana "
    "Sandra Marina Margarita Yolanda Natalia Eva Inmaculada Claudia Esther Verónica Noelia Ángeles Carla Carolina "
    "Sofía Amparo "
    "Nerea Inés Lorena Victoria Miriam Daniela Consuelo Catalina Aurora Lidia Olga Emilia Gloria Celia Luisa "
    "Alejandra Martina "
    "Aitana Jimena Fátima Virginia Clara Blanca"
)
FEMALE_DOUBLE = (
    "María del Carmen|María Pilar|María Dolores|Ana María|María Teresa|María José|María Ángeles|María Isabel|Ana "
    "Isabel|"
    "Rosa María|María Jesús|María Luisa|María Elena|María Mercedes|Ana Belén|María Victoria|Eva María|María Antonia"
)
DOUBLE = 0.22
"""Share of given names that are two, of which everyday life drops one."""
