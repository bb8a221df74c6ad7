"""Chinese surnames and given names, most frequent first, as a bank of some million customers sees them.

Pinyin and Traditional characters follow from the tables at hand; surnames that are read otherwise as names than as
words have their reading here.
"""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔"
    "伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳"
)
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "东方", "夏侯", "皇甫", "令狐")
READINGS = {
    "曾": "Zeng", "单": "Shan", "任": "Ren", "翟": "Zhai", "覃": "Qin", "尹": "Yin", "石": "Shi", "盛": "Sheng",
    "万": "Wan", "贾": "Jia", "柏": "Bai", "葛": "Ge", "曲": "Qu", "吕": "Lü", "诸葛": "Zhuge", "令狐": "Linghu",
    "上官": "Shangguan", "夏侯": "Xiahou", "皇甫": "Huangfu", "欧阳": "Ouyang", "司马": "Sima", "东方": "Dongfang",
}  # fmt: skip

MALE = (
    "伟 强 磊 军 勇 杰 涛 明 超 刚 平 辉 鹏 华 飞 鑫 波 斌 宇 浩 凯 健 俊 帆 帅 旭 宁 龙 林 建国 建华 国强 志强 建军 "
    "建平 "
    "志明 国华 海涛 晓东 文斌 志伟 永强 俊杰 子轩 浩然 浩宇 宇轩 子涵 梓豪 一鸣 天宇 嘉豪 文杰 明辉 振华 德华 卫东 "
    "红军 "
    "国庆 立新 庆华 少华 玉林 小龙 小军 金龙 东升 春生 世杰 家豪 家明 志豪 俊宏 建宏 宗翰 冠宇 承翰 柏翰"
)
FEMALE = (
    "芳 娜 敏 静 丽 艳 娟 霞 燕 玲 婷 雪 琳 颖 洁 慧 莉 萍 红 梅 丹 倩 蕾 薇 欣 秀英 桂英 秀兰 玉兰 玉梅 秀珍 凤英 "
    "丽华 "
    "淑珍 淑英 桂兰 春梅 海燕 晓燕 雪梅 丽娟 小红 红梅 建英 美玲 美华 雅婷 怡君 诗涵 欣怡 梓涵 雨涵 可欣 佳怡 思琪 "
    "雨欣 "
    "晓红 晓丽 小芳 文静 志玲 淑芬 淑惠 雅雯 佩珊 家欣 心怡 宜蓁 琼华 玉珍"
)
MALE_FIRST = "建志国文海晓永俊子浩宇天嘉明振德卫庆少玉小金东春世家立新学宏兴光松云景祥继承启泽睿博瑞锦向"
MALE_LAST = "强华军平明辉涛东斌伟杰轩然豪宇鸣峰林龙生民成武良忠义山亮清波新祥荣昌鹏飞毅坚勤昊阳晨博文"
FEMALE_FIRST = "秀桂玉淑凤丽美雅怡诗欣梓雨可佳思晓小文春海雪红月慧婉嘉静若紫艺素惠爱巧翠银金兰"
FEMALE_LAST = "英兰珍梅华娟玲婷君涵怡琪欣红丽芳静芬惠雯珊霞燕敏莉萍云琴香莲菊凤娥娜蓉颖瑶妍洁"
TWO_OF_A_LIST = 0.55
"""Share of given names that are put together of a first and a last character instead of being a frequent whole."""
SELDOM = "玮炜莹盈茜婧菁昕馨钧骏洁捷岚澜黎丽"
"""Characters that turn up where a frequent one of the same sound was meant."""
