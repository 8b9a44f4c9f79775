"""The demo exports: repeatable, true to what they say was planted, and writable at any size."""

from __future__ import annotations

import csv
import filecmp
import gzip
import io
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo import command, generic
from demo.company import handmade
from demo.world import World

ROOT = Path(__file__).parents[2]
EXPORTS = ROOT / "seeds" / "exports"
AS_OF = "2026-11-10"
Row = dict[str, str]


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXPORTS / "truth.json").read_text(encoding="utf-8"))
    return found


def read(source: str, pattern: str, key: tuple[str, ...] = (), delimiter: str = ",") -> list[Row]:
    """The rows of an export; of rows with the same key the last one."""
    found: dict[tuple[Any, ...], Row] = {}
    for path in sorted((EXPORTS / source).glob(pattern)):
        text = content(path).decode("utf-8")
        for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)):
            found[tuple(row[part] for part in key) or (path.name, number)] = row
    return list(found.values())


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def files(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def write(folder: Path, *options: str) -> Path:
    assert command.main(["--out", str(folder), *options]) == 0
    return folder


# --- the command


def test_the_committed_exports_are_what_the_command_writes(tmp_path: Path) -> None:
    written = write(tmp_path / "again")
    by_hand = {Path("lookups/targets.csv"), Path("lookups/benchmarks.csv")}
    assert set(files(written)) == set(files(EXPORTS)) - by_hand
    _, different, missing = filecmp.cmpfiles(
        written, EXPORTS, [str(path) for path in files(written)], shallow=False
    )
    assert (different, missing) == ([], [])


def test_the_same_seed_writes_the_same_and_another_seed_another_company(tmp_path: Path) -> None:
    options = ("--people", "60", "--days", "200", "--sources", "generic")
    one, same = write(tmp_path / "one", *options), write(tmp_path / "same", *options)
    other = write(tmp_path / "other", *options, "--seed", "5")
    names = [str(path) for path in files(one / "generic")]
    alike = filecmp.cmpfiles(one / "generic", same / "generic", names, shallow=False)
    assert alike == (names, [], [])
    equal, _, _ = filecmp.cmpfiles(one / "generic", other / "generic", names, shallow=False)
    assert set(equal) <= {"campaigns.csv", "exchange_rates.csv"}


def test_every_module_of_the_package_is_a_source(tmp_path: Path) -> None:
    assert {"generic", "mailchimp", "klaviyo", "brevo"} <= set(command.writers())
    for source, module in command.writers().items():
        assert callable(module.write), source


def test_an_unknown_source_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--out", str(tmp_path), "--sources", "generic,mailchip"]) == 2
    assert "mailchip" in capsys.readouterr().err
    assert files(tmp_path) == []


def test_a_shared_world_lets_every_tool_send_every_mailing() -> None:
    own, shared = World(60, 200, 3), World(60, 200, 3, shared=True)
    assert sum(len(own.mailings_of(tool)) for tool in ("generic", "klaviyo")) < len(own.mail.mailings)
    assert own.mail.mailings == shared.mailings_of("klaviyo") == shared.mailings_of("generic")


def test_a_large_world_is_written_in_little_memory(tmp_path: Path) -> None:
    script = (
        "import re, sys; from demo.command import main;"
        f"main(['--out', {str(tmp_path)!r}, '--people', '8000', '--sources', 'generic', '--no-truth']);"
        r"print(re.search(r'VmHWM:\s+(\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT / "scripts", capture_output=True, text=True, check=True
    )
    lines = sum(path.open("rb").read().count(b"\n") for path in tmp_path.glob("generic/*.csv"))
    assert lines > 300_000
    assert int(done.stdout) < 300_000


# --- what stands in the files


def test_all_exports_together_stay_small() -> None:
    sizes = Counter({path.parts[0]: 0 for path in files(EXPORTS)})
    for path in files(EXPORTS):
        sizes[path.parts[0]] += (EXPORTS / path).stat().st_size
    assert sum(sizes.values()) < 5_000_000
    assert sizes["generic"] < 1_650_000


def test_every_address_is_reserved_for_examples() -> None:
    address = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
    reserved = re.compile(r"(?:[\w-]+\.)*(?:example|example\.(?:com|org|net))")
    for path in files(EXPORTS):
        written = content(EXPORTS / path)
        if path.suffix in (".xlsx", ".parquet"):
            continue
        text = written.decode("utf-8", "replace").replace("\x00", "").lower()
        for domain in set(address.findall(text)):
            assert reserved.fullmatch(domain), (path, domain)


def test_nothing_happens_after_the_last_day_and_something_on_it() -> None:
    moment = re.compile(r"\b20\d\d-\d\d-\d\d\b")
    found = {
        day for path in (EXPORTS / "generic").glob("*.csv") for day in moment.findall(path.read_text("utf-8"))
    }
    assert max(found) == AS_OF
    assert min(found) == "2024-11-11"


def test_every_generic_column_holds_something() -> None:
    never_filled = {
        "campaigns": {"segment"},
        "email_messages": {"subject", "variant", "opened_at", "machine_opened_at", "complained_at"},
    }
    for path in sorted((EXPORTS / "generic").glob("*.csv")):
        entity = re.sub(r"_\d$|-showroom$", "", path.stem)
        rows = read("generic", f"{entity}*.csv")
        columns = {column for row in rows for column in row}
        empty = {column for column in columns if not any(row.get(column, "").strip() for row in rows)}
        assert empty == never_filled.get(entity, set()), entity


# --- the truth, counted again


def email_messages() -> dict[str, dict[str, Any]]:
    """Every message of email_events by its id: campaign, month, and the final state by the ground rule."""
    events = read("generic", "email_events_*.csv", key=("event_id",))
    messages: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        message = messages[event["message_id"]]
        message["campaign"] = event["campaign_id"]
        kind = event["event_type"]
        if kind == "bounced":
            kind = event["bounce_type"]
        elif kind in ("opened", "clicked") and event["is_machine"] == "true":
            kind = f"machine_{kind}"
        message[kind].append(event["occurred_at"])
    for message in messages.values():
        proof = any(message[kind] for kind in ("opened", "clicked", "unsubscribed", "complained"))
        if proof:
            state = "delivered"
        elif message["hard"]:
            state = "hard"
        elif message["soft"] and not any(at > max(message["soft"]) for at in message["delivered"]):
            state = "soft"
        else:
            state = "delivered"
        message["state"] = state
    return messages


def test_the_events_hold_the_email_counts_of_every_campaign(truth: dict[str, Any]) -> None:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for message in email_messages().values():
        sums = counted[message["campaign"]]
        arrived = message["state"] == "delivered"
        person, machine = bool(message["opened"]), bool(message["machine_opened"])
        sums["sent"] += 1
        sums[message["state"]] += 1
        sums["unique_opens"] += arrived and (person or machine)
        sums["machine_only_opens"] += arrived and machine and not person
        sums["human_openers"] += arrived and person
        sums["human_clickers"] += arrived and bool(message["clicked"])
        sums["opened_and_clicked"] += arrived and bool(message["clicked"]) and (person or machine)
        sums["unsubscribes"] += bool(message["unsubscribed"])
        sums["complaints"] += bool(message["complained"])
    planted = truth["email"]["by_campaign"]["generic"]
    names = truth["campaigns"]["generic"]
    checked = 0
    for code, expected in planted.items():
        campaign = names[code]["campaign_id"]
        if names[code]["channel"] == "email" and not code.startswith("tl") and expected["sent"]:
            recounted = {name: counted[campaign][name] for name in expected if name != "purchases"}
            assert recounted == {name: value for name, value in expected.items() if name != "purchases"}, code
            checked += 1
    assert checked > 25


def test_the_sums_hold_the_counts_of_letters_told_only_by_sums(truth: dict[str, Any]) -> None:
    stats = read("generic", "email_stats*.csv")
    measures = {
        "sent": "sent",
        "delivered": "delivered",
        "unique_opens": "unique_opens",
        "unique_clicks": "human_clickers",
    }
    for code, expected in truth["email"]["by_campaign"]["generic"].items():
        campaign = truth["campaigns"]["generic"][code]["campaign_id"]
        mine = [row for row in stats if row["campaign_id"] == campaign]
        total = {column: sum(int(row[column]) for row in mine) for column in measures}
        if code.startswith("tl"):
            assert total == {column: expected[name] for column, name in measures.items()}, code
        elif mine:
            assert 0 < total["sent"] < expected["sent"], code


def codes(truth: dict[str, Any], source: str) -> dict[str, str]:
    return {names["campaign_id"]: code for code, names in truth["campaigns"][source].items()}


def test_mailchimps_list_holds_its_counts(truth: dict[str, Any]) -> None:
    columns = {
        "Total Recipients": "sent", "Successful Deliveries": "delivered", "Soft Bounces": "soft",
        "Hard Bounces": "hard",
        "Unique Opens": "unique_opens", "Unique Clicks": "human_clickers", "Unsubscribes": "unsubscribes",
        "Abuse Complaints": "complaints",
    }  # fmt: skip
    rows = read("mailchimp", "campaigns_*.csv", key=("Unique Id",))
    assert len(rows) == len(truth["campaigns"]["mailchimp"])
    for row in rows:
        expected = truth["email"]["by_campaign"]["mailchimp"][codes(truth, "mailchimp")[row["Unique Id"]]]
        assert {
            name: int(row[column].replace(",", "")) for column, name in columns.items()
        }.items() <= expected.items()


def test_klaviyos_reports_hold_their_counts(truth: dict[str, Any]) -> None:
    columns = {
        "Total Recipients": "sent", "Unique Opens": "unique_opens",
        "Unique Apple Privacy Opens": "machine_only_opens",
        "Unique Clicks": "human_clickers", "Unique Unsubscribes": "unsubscribes",
    }  # fmt: skip
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in read("klaviyo", "campaign_performance.csv"):
        counted[row["Campaign Message ID"]].update(
            {name: int(row[column]) for column, name in columns.items()}
        )
    for row in read("klaviyo", "flows.csv"):
        counted[row["Message ID"]].update({name: int(row[column]) for column, name in columns.items()})
    for campaign, sums in counted.items():
        expected = truth["email"]["by_campaign"]["klaviyo"][codes(truth, "klaviyo")[campaign]]
        assert sums == {name: expected[name] for name in sums}, campaign


def test_brevos_recipients_hold_their_counts(truth: dict[str, Any]) -> None:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in read("brevo", "recipients_*", delimiter=";"):
        sums = counted[codes(truth, "brevo")[row["Campaign ID"]]]
        sums["sent"] += 1
        sums["hard"] += bool(row["Hard_Bounce_Date"])
        sums["human_openers"] += int(row["Total Opens"]) > int(row["Total Apple MPP Opens"])
        sums["human_clickers"] += int(row["Clicked_Links_Count"]) > 0
        sums["unsubscribes"] += bool(row["Unsubscribe_Date"])
    for code, sums in counted.items():
        expected = truth["email"]["by_campaign"]["brevo"][code]
        assert sums == {name: expected[name] for name in sums}, code


def rates() -> dict[tuple[str, str], float]:
    return {
        (row["date"], row["currency"]): float(row["rate"]) for row in read("generic", "exchange_rates.csv")
    }


def euros(amount: float, currency: str, at: str, known: dict[tuple[str, str], float]) -> float:
    day = date.fromisoformat(at[:10])
    if currency in ("", "EUR"):
        return amount
    for back in range(8):
        rate = known.get(((day - timedelta(days=back)).isoformat(), currency))
        if rate is not None:
            return amount * rate
    raise AssertionError((currency, at))


def test_orders_and_refunds_hold_the_revenue_of_every_month(truth: dict[str, Any]) -> None:
    known = rates()
    orders = {row["order_id"]: row for row in read("generic", "orders_*.csv", key=("order_id",))}
    refunds = read("generic", "refunds.csv")
    dated = {row["order_id"] for row in refunds}
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for order in orders.values():
        gross, tax, shipping = float(order["gross"]), float(order["tax"]), float(order["shipping"])
        month = order["ordered_at"][:7]
        if order["status"] == "cancelled":
            counted[month]["cancelled"] += 1
            continue
        if gross == 0:
            continue
        refunded = 0.0 if order["order_id"] in dated else float(order["refunded"])
        net = (gross - tax - shipping) * (1 - refunded / gross)
        counted[month]["purchases"] += 1
        counted[month]["gross"] += euros(gross, order["currency"], order["ordered_at"], known)
        counted[month]["net"] += euros(net, order["currency"], order["ordered_at"], known)
    for refund in refunds:
        net = float(refund["amount"]) - float(refund["tax"]) - float(refund["shipping"])
        of = orders.get(refund["order_id"])
        at = of["ordered_at"] if of else refund["refunded_at"]
        counted[refund["refunded_at"][:7]]["refunds"] += euros(net, refund["currency"], at, known)
    for month, expected in truth["sales"]["by_month"].items():
        for name in ("purchases", "cancelled", "gross", "net", "refunds"):
            assert counted[month][name] == pytest.approx(expected[name], abs=0.01), (month, name)


def test_the_older_file_of_orders_is_corrected_by_the_newer() -> None:
    older = {row["order_id"]: row for row in read("generic", "orders_1.csv")}
    newer = {row["order_id"]: row for row in read("generic", "orders_2.csv")}
    both = [(older[number], newer[number]) for number in older.keys() & newer.keys()]
    assert any(old == new for old, new in both)
    assert any(float(old["refunded"]) == 0 < float(new["refunded"]) for old, new in both)


def persons() -> Iterator[tuple[str, Row]]:
    """Contacts by person: the address where there is one, else the id."""
    for row in read("generic", "contacts.csv"):
        yield row["email"].strip().lower() or row["person_id"], row


def test_contacts_hold_the_stages_of_every_month(truth: dict[str, Any]) -> None:
    for column, stage in (
        ("lead_at", "leads"),
        ("mql_at", "mql"),
        ("sql_at", "sql"),
        ("opportunity_at", "opportunities"),
    ):
        first: dict[str, str] = {}
        for person, row in persons():
            if row[column]:
                first[person] = min(first.get(person, "9"), row[column])
        assert Counter(at[:7] for at in first.values()) == truth["stages"][stage], stage


def test_some_contacts_are_known_twice_and_some_by_id_alone(truth: dict[str, Any]) -> None:
    rows = list(persons())
    assert (
        sum(count > 1 for count in Counter(person for person, _ in rows).values())
        == truth["persons"]["two_contacts"]
        > 0
    )
    assert sum(not row["email"] for _, row in rows) == truth["persons"]["id_only"] > 0
    assert any(row["email"] != row["email"].strip().lower() for _, row in rows)


def test_sessions_win_over_sums_of_the_same_days(truth: dict[str, Any]) -> None:
    sessions = read("generic", "sessions.csv", key=("session_id",))
    days = {row["started_at"][:10] for row in sessions}
    counted = Counter(row["started_at"][:7] for row in sessions)
    overlap = 0
    for row in read("generic", "session_stats.csv"):
        if row["date"] in days:
            overlap += 1
        else:
            counted[row["date"][:7]] += int(row["sessions"])
    assert overlap > 0
    assert counted == {month: sums["sessions"] for month, sums in truth["sessions"]["by_month"].items()}


def test_answers_hold_the_net_promoter_score(truth: dict[str, Any]) -> None:
    scores = [
        int(row["score"]) for row in read("generic", "survey_responses.csv") if row["survey_type"] == "nps"
    ]
    value = (sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)) / len(scores) * 100
    assert value == pytest.approx(truth["surveys"]["nps"]["generic"]["score"])


def test_steps_hold_how_far_every_journey_came(truth: dict[str, Any]) -> None:
    entries: dict[str, dict[tuple[str, ...], set[int]]] = defaultdict(lambda: defaultdict(set))
    for row in read("generic", "journey_steps.csv"):
        entries[row["journey"]][row["email"], row["person_id"], row["entry_id"]].add(int(row["step_number"]))
    for journey, reached in entries.items():
        expected = truth["journeys"][journey]["reached"]
        assert [
            sum(max(steps) >= step for steps in reached.values()) for step in range(1, len(expected) + 1)
        ] == expected
    assert any(len(steps) < max(steps) for reached in entries.values() for steps in reached.values())


def addresses() -> dict[str, str]:
    """The address of every contact that has one, by id."""
    return {row["person_id"]: person for person, row in persons() if row["email"]}


def purchases() -> Iterator[tuple[str, datetime]]:
    """(person, moment) of every purchase and won deal of a known person."""
    address = addresses()
    orders = read("generic", "orders_*.csv", key=("order_id",))
    sold = [
        (row, row["ordered_at"]) for row in orders if row["status"] != "cancelled" and float(row["gross"]) > 0
    ]
    sold += [
        (row, row["closed_at"]) for row in read("generic", "opportunities.csv") if row["outcome"] == "won"
    ]
    for row, at in sold:
        person = row["email"].strip().lower() or address.get(row["person_id"], row["person_id"])
        if person:
            yield person, datetime.fromisoformat(at)


def test_scores_hold_the_area_under_the_curve(truth: dict[str, Any]) -> None:
    end = datetime.fromisoformat(f"{AS_OF}T23:59:59")
    address = addresses()
    leads = {
        row["person_id"]: datetime.fromisoformat(row["lead_at"]) for _, row in persons() if row["lead_at"]
    }
    bought: dict[str, datetime] = {}
    dates = [
        (who, datetime.fromisoformat(row["customer_at"])) for who, row in persons() if row["customer_at"]
    ]
    for person, at in (*purchases(), *dates):
        bought[person] = min(bought.get(person, at), at)
    scored: dict[str, dict[str, tuple[datetime, int]]] = defaultdict(dict)
    for row in read("generic", "lead_scores.csv"):
        number, at = row["person_id"], datetime.fromisoformat(row["scored_at"])
        in_time = leads[number] <= at <= leads[number] + timedelta(days=7)
        if in_time and at < bought.get(address.get(number, number), end + timedelta(days=1)):
            given = (at, int(row["score"]))
            scored[row["score_model"]][number] = max(scored[row["score_model"]].get(number, given), given)
    for model, by_person in scored.items():
        scores: dict[bool, list[int]] = {True: [], False: []}
        for number, (_, score) in by_person.items():
            over = leads[number] + timedelta(days=90)
            if over <= end:
                scores[bought.get(address.get(number, number), end) <= over].append(score)
        pairs = [(one, other) for one in scores[True] for other in scores[False]]
        area = sum(1.0 if one > other else 0.5 * (one == other) for one, other in pairs) / len(pairs)
        assert area == pytest.approx(truth["lead_scores"][model]["all"]["auc"]), model


def test_orders_and_subscriptions_hold_the_customers_lost_in_every_month(truth: dict[str, Any]) -> None:
    address = addresses()
    bought = list(purchases())
    held: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in read("generic", "subscriptions.csv"):
        person = row["email"].strip().lower() or address.get(row["person_id"], row["person_id"])
        first, last = row["trial_ends_on"] or row["started_on"], row["ended_on"] or "9999"
        spans = [(first, row["paused_on"] or last)]
        spans += [(row["resumed_on"], last)] if row["paused_on"] else []
        held[person] += [span for span in spans if span[0] < span[1]]
    for row in read("stripe", "subscriptions.csv"):
        if row["Status"] != "incomplete_expired":
            first, last = (row[name][:10] for name in ("Start (UTC)", "Ended At (UTC)"))
            if first < (last or "9999"):
                held[row["Customer Email"].strip().lower()].append((first, last or "9999"))

    def customers(day: date) -> dict[str, set[str]]:
        """Who is a customer when this day begins, by rule."""
        start, today = datetime.fromisoformat(day.isoformat()), day.isoformat()
        recent = {who for who, at in bought if start - timedelta(days=365) <= at < start}
        active = {who for who, spans in held.items() if any(first < today < last for first, last in spans)}
        subscribed = {who for who, spans in held.items() if any(first < today for first, _ in spans)}
        return {"subscription": active, "purchase": recent - subscribed}

    months = truth["churn"]["generic"]
    for month, expected in months.items():
        first = date.fromisoformat(f"{month}-01")
        old, new = customers(first), customers((first + timedelta(days=32)).replace(day=1))
        for rule in ("subscription", "purchase"):
            counted = (len(old[rule]), len(old[rule] - new["subscription"] - new["purchase"]))
            assert counted == (expected[f"start_{rule}"], expected[f"lost_{rule}"]), month
    assert any(expected["is_known"] and expected["lost_purchase"] for expected in months.values())


def test_spend_holds_the_costs_of_every_month(truth: dict[str, Any]) -> None:
    counted: Counter[str] = Counter()
    for row in read("generic", "spend.csv"):
        counted[row["date"][:7]] += round(float(row["amount"]) * 100)
    assert {month: cents / 100 for month, cents in counted.items()} == pytest.approx(
        {month: sums["booked"] for month, sums in truth["spend"]["by_month"].items()}
    )


def test_the_credits_written_by_hand_sum_to_one_in_every_model() -> None:
    for person in handmade.PERSONS:
        for conversion in person.conversions:
            assert set(conversion.credits) == set(handmade.MODELS)
            for model, shares in conversion.credits.items():
                assert len(shares) == len(conversion.touches), (person.what, model)
                assert not shares or sum(shares) == pytest.approx(1.0), (person.what, model)


def test_only_the_planted_touches_lead_to_the_orders_written_by_hand(truth: dict[str, Any]) -> None:
    known = {key for person in truth["attribution"] for key in (person["person_id"], person["email"])}

    def theirs(row: Row) -> bool:
        return row["person_id"] in known or row["email"].strip().lower() in known

    planted = sum(len(c["touches"]) for person in truth["attribution"] for c in person["conversions"])
    touches = [row for row in read("generic", "touchpoints.csv") if theirs(row)]
    assert len(touches) == planted + len(handmade.EXTRA_TOUCHES)
    for entity in ("sessions.csv", "email_events_*.csv", "email_messages.csv", "journey_steps.csv"):
        assert not any(theirs(row) for row in read("generic", entity)), entity


def test_the_generic_source_writes_one_file_or_more_for_every_entity() -> None:
    written = {re.sub(r"_\d$|-showroom$", "", path.stem) for path in (EXPORTS / "generic").glob("*.csv")}
    told = {entity.__name__ for entity in generic.ENTITIES}
    assert written == told | {"session_stats"}
