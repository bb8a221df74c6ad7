"""Names of customers who write neither Chinese nor Spanish, most frequent first."""

SURNAMES = (
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts "
    "Green Hall Wood "
    "Jackson Clarke Patel Khan Lewis James Phillips Mason Mitchell Rose Davis Rodgers Cox Hughes Edwards Hill Harris "
    "Allen Morris "
    "Adams Baker Cooper Ward Turner Parker Cook Bell Bailey Murphy Miller Shaw Kelly Collins Bennett Carter Gray "
    "Richardson Begum "
    "Singh Marshall Simpson Anderson Chapman Ellis Foster Powell Stewart Hunt Mills Fisher Webb Gibson Reid Graham "
    "Palmer Knight "
    "Holmes Lloyd Matthews Butler Barnes Russell Stevens Jenkins Pearson Dixon Fletcher Harvey Andrews Hussain "
    "Elliott Ford Payne "
    "Fox Bradley Rossi Muller Schmidt Dubois Novak Jansen Kowalski Silva Hansen Nielsen Larsen Costa Ferrari Weber "
    "Fischer Wagner "
    "Bianchi Moreau Laurent Petit Kumar Sharma Ali Ahmed Nguyen Tran Park Choi Tanaka Sato O'Brien O'Connor "
    "Fitzgerald McDonald "
    "Whitfield Ashworth Hargreaves Pemberton Thornbury Lockwood"
)
MALE = (
    "James John Robert Michael David William Richard Thomas Paul Mark George Daniel Andrew Peter Stephen Christopher "
    "Matthew Adam "
    "Joseph Simon Edward Charles Henry Jack Oliver Harry Samuel Benjamin Alexander Patrick Kevin Brian Martin Philip "
    "Anthony Ian "
    "Stuart Graham Neil Colin Luke Ryan Nathan Lewis Callum Owen Dylan Max Leo Oscar Hans Pierre Luca Marco Anil "
    "Imran Omar Kenji"
)
FEMALE = (
    "Mary Sarah Susan Emma Karen Elizabeth Margaret Patricia Linda Jennifer Helen Claire Nicola Rebecca Laura "
    "Jessica Charlotte "
    "Emily Sophie Olivia Amelia Grace Hannah Lucy Katherine Victoria Rachel Julie Amanda Alison Jane Anne Catherine "
    "Fiona Louise "
    "Joanne Michelle Tracy Angela Diana Eleanor Alice Chloe Megan Zoe Abigail Isabella Freya Poppy Ingrid Chiara "
    "Elise Priya Aisha "
    "Fatima Yuki Nadia"
)
