"""What is asked: a day's mix of a customer manager's questions to the demo bank, in three languages."""

QUESTIONS: list[tuple[str, str]] = [
    ("jiang.lan", "王建国的定期存款什么时候到期?"),
    ("jiang.lan", "我的客户里这个月谁过生日?"),
    ("jiang.lan", "我有哪些客户很久没有联系了?"),
    ("jiang.lan", "王建国的联系方式是什么?"),
    ("li.mingjuan", "帮我准备和李美华的通话"),
    ("li.mingjuan", "李美华最近的交易有哪些?"),
    ("ana.garcia", "¿Qué quejas abiertas tiene María García López?"),
    ("ana.garcia", "¿Quién de mis clientes cumple años este mes?"),
    ("ana.garcia", "¿Cuáles son mis cinco mejores clientes por saldo?"),
    ("ana.garcia", "¿Qué depósitos vencen el mes que viene?"),
    ("tom.baker", "How have James Carter's deposits changed in the last six months?"),
    ("tom.baker", "What does James Carter hold?"),
    ("tom.baker", "Which of my customers have not been contacted for a long time?"),
    ("tom.baker", "How quickly must a complaint be answered?"),
    ("ma.jianjun", "哪些客户的定期存款下个月到期?"),
    ("ma.jianjun", "我们的前十大客户是谁?"),
    ("lucia.vega", "¿En cuánto tiempo hay que responder a una queja?"),
    ("chen.guohua", "Who are our top five customers by balance?"),
    ("chen.guohua", "What are the terms of the gold accumulation plan?"),
    ("chen.guohua", "明天天气怎么样?"),
]
