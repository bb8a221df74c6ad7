"""The same seed and date make the same bank, in another process and under another hash seed too."""

import os
import subprocess
import sys
from hashlib import sha256

from knowledge.crm.demo.making import Making

DIGEST = """
import sys
from datetime import date
from hashlib import sha256
from knowledge.crm.demo.bank import compose
from knowledge.crm.demo.period import Period
made = compose(7, Period.until(date.fromisoformat(sys.argv[1])), lambda line: None)
print(sha256(repr(sorted(made.sheets.rows.items())).encode()).hexdigest())
"""


def test_two_banks_are_equal(leap_day_bank: Making) -> None:
    here = sha256(repr(sorted(leap_day_bank.sheets.rows.items())).encode()).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    command = [sys.executable, "-c", DIGEST, str(leap_day_bank.period.as_of)]
    there = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    assert there == here
