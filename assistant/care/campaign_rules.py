"""How campaigns are planned and judged: the content of `campaigns.yaml`."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from knowledge.crm.campaign import Campaign
from knowledge.crm.codes import CampaignMethod, CampaignState, Consent, Frequency


class CampaignRules(BaseModel):
    """The comments of the file say what each means."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    after_days: NonNegativeInt
    confidence: int = Field(gt=0, lt=100)
    smallest: PositiveInt
    runs_days: PositiveInt
    frequency: Frequency
    checklist: Mapping[CampaignMethod, Mapping[str, int]]


CONSENTS: Mapping[CampaignMethod, Consent] = {
    CampaignMethod.CALL: Consent.PHONE,
    CampaignMethod.SMS: Consent.SMS,
    CampaignMethod.EMAIL: Consent.EMAIL,
}
"""What a customer has to have agreed to for that method; for the others, to any way of being addressed."""


@cache
def campaign_rules() -> CampaignRules:
    file = Path(__file__).with_name("campaigns.yaml")
    return CampaignRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def state_of(campaign: Campaign, today: date) -> CampaignState:
    """How the campaign stands; where the bank does not tell, by its days."""
    if campaign.state:
        return CampaignState(campaign.state)
    if campaign.ends_on and campaign.ends_on < today:
        return CampaignState.CLOSED
    return CampaignState.RUNNING if campaign.starts_on <= today else CampaignState.DRAFT


def checklist_days(method: CampaignMethod, starts_on: date, ends_on: date) -> list[tuple[str, date]]:
    """What has to be ready for such a campaign, as codes of `checklist`, and by when."""
    return [
        (item, starts_on - timedelta(days=before) if before >= 0 else ends_on - timedelta(days=before))
        for item, before in campaign_rules().checklist[method].items()
    ]
