"""How often a customer of each tier is to be contacted: a rule the bank may change."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, PositiveInt

from knowledge.crm.codes import Channel, Tier

REACHING = (Channel.BRANCH, Channel.PHONE, Channel.HOTLINE, Channel.VISIT, Channel.CHAT, Channel.EMAIL, Channel.EVENT)
"""Channels of a real contact, as in the measures: what was merely sent to a customer ends no waiting."""


class ContactRhythm(BaseModel):
    """Days within which each tier is to be contacted, from `contact_rhythm.yaml`."""

    version: str
    days: dict[Tier, PositiveInt]


@cache
def contact_rhythm() -> ContactRhythm:
    file = Path(__file__).with_name("contact_rhythm.yaml")
    return ContactRhythm.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
