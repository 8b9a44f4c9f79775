"""What macros stand for when sqlfluff lints without dbt (`--templater jinja`): SQL of the same form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import yaml

KPI = "select * from {rows}"


class dbt:  # noqa: N801 - the name dbt gives its macros
    """dbt's cross-database macros."""

    @staticmethod
    def cast(expression: str, kind: str) -> str:
        """A cast."""
        return f"cast({expression} as {kind})"

    @staticmethod
    def dateadd(part: str, number: object, moment: str) -> str:
        """A moment moved."""
        return f"({moment} + {number})"

    @staticmethod
    def datediff(first: str, last: str, part: str) -> str:
        """The time between two moments."""
        return f"({last} - {first})"

    @staticmethod
    def date_trunc(part: str, moment: str) -> str:
        """The beginning of a period."""
        return f"date_trunc('{part}', {moment})"

    @staticmethod
    def generate_series(number: int) -> str:
        """Numbers from 1."""
        return f"select {number} as generated_number"

    @staticmethod
    def listagg(measure: str, *arguments: str, **settings: str) -> str:
        """Texts in one."""
        return f"string_agg({measure}, ',')"

    @staticmethod
    def split_part(text: str, delimiter: str, number: int) -> str:
        """A part of a text."""
        return f"split_part({text}, {delimiter}, {number})"


def var(name: str, default: object = None) -> object:
    """A setting as the project has it."""
    return yaml.safe_load(Path("dbt_project.yml").read_text(encoding="utf-8"))["vars"].get(name, default)


def same_identity(rows: str, ids: str = "person_ids") -> str:
    """What joins persons to rows."""
    return f"{rows}.source = {ids}.source"


def _expression(*arguments: object, **settings: object) -> str:
    """Any macro that stands for one expression of others; a sign is none."""
    told = [str(argument) for argument in arguments if argument not in ("+", "-")]
    return f"coalesce({', '.join(told) or 'a_value'})"


as_double = count_of_day = days_after = days_between = earliest = exact_sum = twelve_decimals = far_future = (
    far_future_date
) = happened_within = _expression
is_a_step = local_date = local_time = lowest_score = null_if_unmeasured = period_before = period_year_ago = (
    person_key
) = _expression
end_of_day = message_channel = _expression
rate_of = slice_value = start_of = text_literal = time_after = two_proportion_z = _expression
unmeasured_without_columns = latest_moment = shipping_without_tax = start_of_day = utc_time = _expression
ratio_bound = wilson_bound = newcombe_bound = two_count_z = two_score_z = is_as_good_as = _expression
weekday_name = _expression


def persons_of_twins(records: str, identifier: str, twins: str = "twins") -> str:
    """Persons whom other records name, as a query."""
    return f"select source, {identifier}, person_key from {records} as {twins}"


def pairs_in_turn(rows: str, like_from: str) -> str:
    """Starts and ends that take turns."""
    return f"select * from {rows}"


def one_for_one(pairs: str, key: str, nearest_by: str) -> str:
    """Pairs of which each record has one."""
    return f"select * from {pairs}"


def uplift_bound(sign: str) -> str:
    """A bound of the scorecard's uplift."""
    return "a_value"


def faults_of(faults: dict[str, str]) -> str:
    """What contradicts itself, in one text."""
    return _expression(*faults.values())


def _shape(rows: str, **settings: object) -> str:
    """Any shape: the last line of a KPI."""
    return KPI.format(rows=rows)


kpi_rate = kpi_ratio = kpi_total = kpi_average = kpi_median = _shape


def absent(entity: str, columns: Sequence[str]) -> str:
    """Typed NULLs."""
    return ",\n    ".join(f"cast(null as varchar) as {column}" for column in columns)


def union_of_staging(entity: str) -> str:
    """All staging models of an entity."""
    return f"select source from stg_{entity}"


def days_of_ranges(relation: str, *arguments: object, **settings: object) -> str:
    """An export's rows by day."""
    return KPI.format(rows=relation)


def held_against_unnamed_refunds(rows: str, owner: str, day: str, row_id: str) -> str:
    """Sales held against refunds that name none."""
    return f"select {owner}, {day}, {row_id} from {rows}"


def excluded_rows(what: str, rows: str, reason: str, condition: str = "true") -> str:
    """How many rows count nowhere."""
    return f"select '{what}' as what from {rows} where {condition} group by '{reason}'"


def uncounted_rows(what: str, reported: str, day: str, counted: str, reason: str) -> str:
    """How many more rows were reported than count."""
    return f"select '{what}' as what, {day} from {reported}"


def merged_records(relation: str) -> str:
    """Records, and those merged into them."""
    return f"select * from {relation}"


def claims_of(rows: str, *arguments: object, **settings: object) -> str:
    """The claims of an export's rows."""
    return f"select * from {rows}"


def nine_decimals(value: str) -> str:
    """A float as a decimal."""
    return f"cast({value} as decimal(38, 9))"


def google_ads_channel() -> str:
    """The channel of a campaign's type."""
    return "lower(campaign_type)"


def merged_spans(rows: str, *arguments: object, **settings: object) -> str:
    """Spans that overlap made one."""
    return KPI.format(rows=rows)


def automation_of(condition: str) -> str:
    """The slice `automation`."""
    return f"case when {condition} then 'automated' else 'not automated' end"


def columns_told(columns: list[str]) -> str:
    """Which exports have which columns."""
    told = ", ".join(f"max(lacking) as tells_{column}" for column in columns)
    return f"select export, {told} from raw_files group by export"


def sums_by_period(rows: str, *arguments: object, **settings: object) -> str:
    """Rows added up by period."""
    return KPI.format(rows=rows)


def kpi_nodes() -> list[SimpleNamespace]:
    """The KPI models, of which one is enough."""
    meta = SimpleNamespace(kpi=SimpleNamespace(is_additive=True, entities=[]))
    return [SimpleNamespace(name="kpi", description="", config=SimpleNamespace(meta=meta, group="value"))]


def z95() -> float:
    """A quantile."""
    return 1.96


def kpi_shape_of(node: object) -> SimpleNamespace:
    """What a KPI's shape was given."""
    return SimpleNamespace(name="total", slices=[], settles_after_days=0, by="day")


def kpi_observations_of(node: object) -> str:
    """Where a KPI's observations are counted."""
    return "denominator"


def kpi_sources_of(node: object) -> list[str]:
    """A KPI's sources."""
    return []


def kpi_needs() -> list[SimpleNamespace]:
    """What the KPIs need, of which one is enough."""
    return [SimpleNamespace(name="kpi", has_zeros=True, settles_after_days=0, groups=[["spend"]])]


def kpis_united(names: list[str]) -> list[str]:
    """The KPIs of the union."""
    return names


def components(ties: str) -> str:
    """The groups of what is tied together."""
    nodes = "    select\n        id_node as node,\n        address_node as group_name\n"
    return f"grouped as (\n\n{nodes}\n    from {ties}\n\n)"


def number_text(expression: str) -> str:
    """A number as text."""
    return f"cast({expression} as text)"
