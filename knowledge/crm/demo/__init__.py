"""The demo bank: invented customers whose every figure adds up, made anew from a seed and a date.

Amounts are computed in whole hundredths (`cents`, int) while the bank is made and become Decimal
when a row is written.
"""

from knowledge.crm.demo.bank import DemoBank, Guide, make_demo_bank

__all__ = ["DemoBank", "Guide", "make_demo_bank"]
