"""The deliberate breakages: the mistakes that others' metrics were found to hold, each in one line."""

from __future__ import annotations

from dataclasses import dataclass

EMAIL_MESSAGES = "models/core/messages/email_messages.sql"
EMAIL_TELLERS = "models/core/messages/email_tellers.sql"
ORDERS = "models/core/sales/orders.sql"
SHAPES = "macros/kpi_shapes.sql"


@dataclass(frozen=True)
class Mutant:
    """`old` replaced by `new` in `file`; the unit tests of `model` (default: the file's) must notice."""

    what: str
    file: str
    old: str
    new: str
    model: str = ""

    @property
    def tested(self) -> str:
        """The model whose unit tests must go red."""
        return self.model or self.file.rsplit("/", 1)[-1].removesuffix(".sql")


MUTANTS = (
    # What tools claim.
    Mutant(
        "a view that claims before a click",
        "models/core/claims/claimed_orders.sql",
        "case when touches.is_view then 1 else 0 end",
        "case when touches.is_view then 0 else 1 end",
    ),
    Mutant(
        "a tool's window that never ends",
        "models/core/claims/claimed_orders.sql",
        "'-touches.window_days'",
        "'-365'",
    ),
    Mutant(
        "deals in what a tool's claim of orders is held against",
        "models/core/claims/sale_claims.sql",
        "where bookings.booking_type <> 'deal'",
        "",
    ),
    Mutant(
        "taxes explained where nobody says that a claim holds them",
        "models/core/claims/sale_claims.sql",
        "and (balanced.part <> 'tax' or scopes.has_tax)",
        "",
    ),
    Mutant(
        "what several tools claim told as our model's",
        "models/core/claims/sale_claims.sql",
        "when is_claimed_twice then 'double_claims'",
        "when is_claimed_twice then 'other_model'",
    ),
    Mutant(
        "a claim told by two exports added up",
        "models/core/claims/told_claims.sql",
        "where report_rank = best_rank",
        "",
    ),
    Mutant(
        "a click in another tool's message claimed",
        "models/core/claims/claim_touches.sql",
        "or (not matched.is_view and matched.placed_by <> 'sending')",
        "or not matched.is_view",
    ),
    Mutant(
        "ours of days that a tool claims nothing of",
        "models/marts/claims.sql",
        "and ours.fact_on <= covered.last_day",
        "",
    ),
    Mutant(
        "revenue of days before any tool claims in the base",
        "models/marts/value/claimed_revenue_ratio.sql",
        "revenue.booked_on >= claimed_days.first_day",
        "revenue.booked_on >= '1900-01-01'",
    ),
    # What an export tells in parts.
    Mutant(
        "one part of a post's day for all of them",
        "models/core/web/social_posts.sql",
        "        rank() over (",
        "        row_number() over (",
    ),
    Mutant(
        "one part of a content's day for all of them",
        "models/core/web/content_performance.sql",
        "        rank() over (",
        "        row_number() over (",
    ),
    # Bases and counts.
    Mutant(
        "opens over sent",
        "models/marts/engagement/open_rate.sql",
        "delivered as denominator",
        "sent as denominator",
    ),
    Mutant(
        "other channels in the open rate",
        "models/marts/engagement/open_rate.sql",
        "where channel = 'email'",
        "",
    ),
    Mutant(
        "machine opens counted as human",
        "models/marts/engagement/human_open_rate.sql",
        "unique_opens - machine_opens as numerator",
        "unique_opens as numerator",
    ),
    Mutant(
        "machine opens left in the base",
        "models/marts/engagement/human_open_rate.sql",
        "delivered - machine_opens as denominator",
        "delivered as denominator",
    ),
    Mutant(
        "clicks over all delivered messages in click-to-open",
        "models/marts/engagement/click_to_open_rate.sql",
        "unique_opens as denominator",
        "delivered as denominator",
    ),
    Mutant(
        "bounces over delivered",
        "models/marts/engagement/bounce_rate.sql",
        "sent as denominator",
        "delivered as denominator",
    ),
    # The state of a message.
    Mutant(
        "opens counted instead of messages",
        EMAIL_MESSAGES,
        "max(case when event_type = 'opened' and not is_machine then 1 else 0 end)",
        "sum(case when event_type = 'opened' and not is_machine then 1 else 0 end)",
    ),
    Mutant(
        "a machine's open proves delivery",
        EMAIL_MESSAGES,
        "when opened_by_person + clicked",
        "when opened_by_person + opened_by_machine + clicked",
    ),
    Mutant(
        "a soft bounce after the delivery forgotten",
        EMAIL_MESSAGES,
        "last_delivered_at > last_bounced_at",
        "last_delivered_at is not null",
    ),
    Mutant("a hard bounce forgotten", EMAIL_MESSAGES, "when hard_bounced = 1 then 'hard'", ""),
    Mutant(
        "bounced messages among the delivered",
        EMAIL_MESSAGES,
        "case when judged.final_state = 'delivered' then 1 else 0 end as delivered",
        "1 as delivered",
    ),
    Mutant(
        "a message placed by its last event",
        EMAIL_MESSAGES,
        "min(case when event_type = 'sent' then occurred_at end)",
        "max(occurred_at)",
    ),
    Mutant(
        "conversions before the open count",
        EMAIL_MESSAGES,
        "and engagements.occurred_at <= person_conversions.converted_at",
        "",
    ),
    Mutant(
        "what is after the last day is known",
        "models/core/messages/email_activity.sql",
        "where {{ local_date('activity.occurred_at') }} <= (select run.as_of from run)",
        "",
    ),
    Mutant(
        "opens that nobody asked a tool for are none",
        "models/core/messages/email_activity.sql",
        "case when tools.tells_opens = 0 then ' opens' else '' end",
        "''",
    ),
    # Reports beside events.
    Mutant(
        "messages and their report both counted",
        EMAIL_TELLERS,
        "ranked.place = 1 and not spans.is_whole",
        "ranked.place = 1",
    ),
    Mutant(
        "two reports of one sending both counted",
        EMAIL_TELLERS,
        "ranked.place = 1 and not spans.is_whole",
        "not spans.is_whole",
    ),
    Mutant(
        "two messages stand for a report of ten",
        EMAIL_TELLERS,
        "sum(days.sent) >= {{ var('whole_share') }} * coalesce(spans.sent, 0)",
        "sum(days.sent) > 0",
    ),
    Mutant(
        "what is sent past midnight left out of its report's day",
        EMAIL_TELLERS,
        "days.sent_on < coalesce(spans.next_on, {{ far_future_date() }})",
        "days.sent_on = spans.sent_on",
    ),
    Mutant(
        "a later campaign's sends taken for part of a namesake's report",
        EMAIL_TELLERS,
        "        known.ids = names.ids\n",
        "        known.ids > names.ids\n",
    ),
    Mutant(
        "two campaigns of a name and day taken for one",
        EMAIL_TELLERS,
        "case when shared_names.source is null then told.campaign else told.campaign_id end",
        "told.campaign",
    ),
    Mutant(
        "a webhook's bounces taken for all sends",
        EMAIL_MESSAGES,
        "exports.deliveries > 0",
        "exports.deliveries >= 0",
    ),
    Mutant(
        "a send told by the other export's webhook",
        EMAIL_MESSAGES,
        "and campaigns.sends = 0\n        and (\n            campaigns.deliveries > 0",
        "and (\n            campaigns.deliveries >= 0",
    ),
    Mutant(
        "a scanner's unsubscribe counted",
        EMAIL_MESSAGES,
        "case when event_type = 'unsubscribed' and not is_machine then",
        "case when event_type = 'unsubscribed' then",
    ),
    Mutant(
        "a machine's complaint counted",
        EMAIL_MESSAGES,
        "case when event_type = 'complained' and not is_machine then",
        "case when event_type = 'complained' then",
    ),
    Mutant(
        "more opens than deliveries published",
        "models/core/messages/email_report_lines.sql",
        "or {{ count }} > all_delivered",
        "",
    ),
    Mutant(
        "more bounced than sent published",
        "models/core/messages/email_report_lines.sql",
        "or all_bounces > sent",
        "",
    ),
    Mutant(
        "more bounced sessions than sessions published",
        "models/core/web/web_reports.sql",
        "or stats.bounced_sessions > stats.sessions",
        "",
    ),
    Mutant(
        "what a network takes back counted",
        "models/core/web/social_posts.sql",
        "case when posts.{{ count }} >= 0 then posts.{{ count }} end",
        "posts.{{ count }}",
    ),
    Mutant(
        "sessions of known persons taken for the site's",
        "models/core/web/web_days.sql",
        "ranked.sessions >= {{ var('whole_share') }} * days.sessions",
        "ranked.sessions > 0",
    ),
    # Campaigns.
    Mutant(
        "what is said of one campaign told of its name",
        "models/core/shared/campaigns.sql",
        "count(journey) = count(*) and ",
        "",
    ),
    Mutant(
        "spring and Spring kept apart",
        "models/core/shared/campaign_names.sql",
        "partition by lower(spelling)",
        "partition by spelling",
    ),
    Mutant(
        "the first spelling shown, not the commonest",
        "models/core/shared/campaign_names.sql",
        "order by uses_of_spelling desc, spelling asc",
        "order by spelling asc",
    ),
    # Money.
    Mutant(
        "tax left in the revenue",
        "models/core/sales/told_orders.sql",
        "- coalesce(orders.tax, 0) ",
        "",
    ),
    Mutant("cancelled orders counted", ORDERS, "and reports.status <> 'cancelled'", ""),
    Mutant(
        "refunds ignored",
        ORDERS,
        "booked_revenue - refunded_revenue as net_revenue",
        "booked_revenue as net_revenue",
    ),
    Mutant("a refund counted twice", ORDERS, "when refunded.order_id is not null then reports.net", ""),
    Mutant(
        "a refund still to come taken off at once",
        ORDERS,
        "when refunded.order_id is not null then reports.net",
        "when dated_refunds.order_id is not null then reports.net",
    ),
    Mutant(
        "one deal after another for the same order",
        "macros/pairs.sql",
        "partition by owner, amount_number, depth",
        "partition by owner, amount_number",
        "opportunities",
    ),
    Mutant(
        "a deal without tax beside its order with tax",
        "models/core/sales/opportunities.sql",
        "and likenesses.is_like_net = 1 then orders.net",
        "and likenesses.is_like_net = 1 then orders.gross",
    ),
    Mutant(
        "refunded without an amount kept in full",
        "models/core/sales/told_orders.sql",
        "when status = 'refunded' and coalesce(refunded, 0) = 0 then gross",
        "when false then gross",
    ),
    Mutant(
        "what is written as a negative refund paid once more",
        "models/core/sales/told_orders.sql",
        "abs(refunded)",
        "refunded",
    ),
    Mutant(
        "an order known by its date alone happens before the day's touches",
        "models/core/sales/told_orders.sql",
        "{{ latest_moment('orders.ordered_at') }}",
        "orders.ordered_at",
    ),
    Mutant(
        "a return counted as an order",
        ORDERS,
        "        and reports.gross >= 0\n",
        "",
    ),
    Mutant(
        "a return takes back of whatever was bought last",
        "models/core/sales/refunds.sql",
        "orders.gross >= -returns.gross - 0.005",
        "true",
    ),
    Mutant(
        "a lost dispute forgotten where the shop's order counts",
        "models/core/sales/refunds.sql",
        "when refunds.is_dispute then coalesce(refunds.standing_source, refunds.named_source)",
        "when false then refunds.source",
    ),
    Mutant(
        "instalments beyond the order's sum",
        "models/core/sales/order_payments.sql",
        "and grounds.balance >= grounds.ground - 0.005",
        "",
    ),
    Mutant(
        "instalments for ever",
        "models/core/sales/order_payments.sql",
        "days_after('begun.ordered_on', 100)",
        "days_after('begun.ordered_on', 10000)",
    ),
    Mutant(
        "one order for every payment of its amount",
        "models/core/sales/order_twins.sql",
        "and not reported.pays",
        "",
    ),
    Mutant(
        "what was paid for a cancelled order goes with it",
        "models/core/sales/order_twins.sql",
        "when reported.is_cancelled and others.pays then true",
        "when false then true",
    ),
    Mutant(
        "a cancelled order takes the turn of one that is paid",
        "models/core/sales/order_payments.sql",
        "and told.status <> 'cancelled'\n        and told.gross > 0",
        "and told.gross > 0",
    ),
    Mutant(
        "what dated refunds gave back was kept",
        "models/core/sales/told_orders.sql",
        "coalesce(given_back.amount, 0)",
        "0",
    ),
    Mutant(
        "a lost dispute taken for money given back",
        "models/core/sales/told_orders.sql",
        "and not coalesce(is_dispute, false)",
        "",
    ),
    Mutant(
        "a guest's order is nobody's though its payment names them",
        "models/core/sales/order_reports.sql",
        "coalesce(told.person_key, persons.person_key)",
        "told.person_key",
    ),
    Mutant(
        "a deal is nobody's though the other tool names the person",
        "models/core/sales/opportunity_reports.sql",
        "coalesce(known.person_key, persons.person_key)",
        "known.person_key",
    ),
    Mutant(
        "a subscription is nobody's though the other tool names the person",
        "models/core/sales/subscriptions.sql",
        "coalesce(placed.person_key, persons.person_key)",
        "placed.person_key",
    ),
    Mutant(
        "who comes again on another day counted as another visitor",
        "models/marts/engagement/website_visitors.sql",
        "and (arrivals.day_before is null or arrivals.day_before < periods.period_start)",
        "",
    ),
    Mutant(
        "visitors of a part of a period told as all",
        "models/marts/engagement/website_visitors.sql",
        "untold_periods.period_start is null\n        and ",
        "",
    ),
    Mutant(
        "a refund of another tool's order is nobody's",
        "models/core/sales/told_refunds.sql",
        "coalesce(chosen.order_source, refunds.source)",
        "refunds.source",
    ),
    Mutant(
        "a stage reached before the one it follows shortens the way",
        "models/marts/conversion/lead_stage_days.sql",
        "where numerator >= 0",
        "",
    ),
    Mutant(
        "the days of a stage placed by its beginning",
        "models/marts/conversion/lead_stage_days.sql",
        "{{ local_date(next_stage ~ '_at') }} as kpi_date",
        "{{ local_date(stage ~ '_at') }} as kpi_date",
    ),
    Mutant(
        "a basket that was split is bought twice",
        ORDERS,
        "{{ 1 if var('basket_minutes') is none else 0 }}",
        "1",
    ),
    Mutant(
        "a message lost since somebody clicked in it",
        "models/core/messages/email_activity.sql",
        "where events.event_type in ('sent', 'delivered')",
        "where events.event_type is not null",
    ),
    Mutant(
        "refunds added to the revenue",
        "models/core/sales/revenue.sql",
        "-refunds.net_amount",
        "refunds.net_amount",
    ),
    Mutant("a sale in two tools counted twice", ORDERS, "reports.is_counted\n        and ", ""),
    Mutant(
        "a deal and its order both counted",
        "models/core/sales/revenue.sql",
        "and order_id is null",
        "",
    ),
    Mutant(
        "a rate held for a month",
        "models/core/shared/exchange_rates.sql",
        "dbt.generate_series(8)",
        "dbt.generate_series(31)",
    ),
    # Persons.
    Mutant(
        "first orders counted as repeat",
        "models/marts/value/repeat_customer_revenue.sql",
        "purchase_number > 1",
        "purchase_number >= 1",
    ),
    Mutant(
        "orders ranked backwards",
        ORDERS,
        "order by ordered_at, order_id",
        "order by ordered_at desc, order_id",
    ),
    Mutant(
        "customers since their last purchase",
        "models/core/people/people.sql",
        "min(purchased_at) as customer_at",
        "max(purchased_at) as customer_at",
    ),
    Mutant(
        "a score given after the conversion",
        "models/core/people/scored_leads.sql",
        "and (people.customer_at is null or scores.scored_at < people.customer_at)",
        "",
    ),
    Mutant(
        "closed taken for won",
        "models/marts/conversion/opportunity_win_rate.sql",
        "outcome = 'won'",
        "outcome in ('won', 'lost')",
    ),
    Mutant(
        "a sales cycle with the sign wrong",
        "models/core/people/sales_cycles.sql",
        "days_between('began_on', 'won_on')",
        "days_between('won_on', 'began_on')",
    ),
    Mutant(
        "a visit given to whom the visitor logged in as before",
        "models/core/web/sessions.sql",
        "rows between current row and unbounded following",
        "rows between unbounded preceding and current row",
    ),
    Mutant(
        "persons tied by their direct neighbours alone",
        "macros/components.sql",
        "{%- set rounds = 8 -%}",
        "{%- set rounds = 1 -%}",
        "person_groups",
    ),
    Mutant(
        "one person of all who share an address",
        "models/core/shared/person_groups.sql",
        "        and ids_of_address <= {{ var('most_ties') }}\n",
        "",
    ),
    Mutant(
        "one person of all whom a shop calls guest",
        "models/core/shared/person_groups.sql",
        "        and addresses_of_id <= {{ var('most_ties') }}\n",
        "",
    ),
    Mutant(
        "a person named by whichever address",
        "models/core/shared/person_ids.sql",
        "order by sum(named.contact_count) desc, sum(named.row_count) desc, named.email_hash",
        "order by named.email_hash",
    ),
    Mutant(
        "the end of the data taken for churn",
        "models/core/customers/customer_states.sql",
        "coalesce(until_on, {{ far_future_date() }}) as until_on",
        "coalesce(until_on, (select as_of from run)) as until_on",
    ),
    Mutant(
        "a buyer judged by a subscription to come",
        "models/core/customers/customer_states.sql",
        "or beginnings.purchased_on < customers.first_paid_on",
        "",
    ),
    Mutant(
        "a trial taken for paid days",
        "models/core/sales/paid_times.sql",
        "coalesce(trial_ends_on, started_on) as billed_on",
        "started_on as billed_on",
    ),
    Mutant(
        "a subscription that was active on no day",
        "models/core/sales/paid_times.sql",
        "where stretches.from_on < stretches.until_on",
        "",
    ),
    Mutant(
        "a pause that is paid for",
        "models/core/sales/paid_times.sql",
        "least(coalesce(ended_on, {{ far_future_date() }}), rests_from_on)",
        "coalesce(ended_on, {{ far_future_date() }})",
    ),
    Mutant(
        "what costs nothing makes a customer",
        "models/core/sales/paid_times.sql",
        "or monthly_amount > 0",
        "or monthly_amount >= 0",
    ),
    Mutant(
        "no customer by a subscription alone",
        "models/core/people/people.sql",
        "earliest('purchases.customer_at', 'subscriptions.first_paid_at'),",
        "'purchases.customer_at',",
    ),
    Mutant(
        "nobody left a list whose export cannot tell",
        "models/core/lists/membership_reports.sql",
        "when ends_told.tells_unsubscribed_at = 0 then 'no file of the export tells who left'",
        "",
    ),
    Mutant(
        "no end where the export cannot tell",
        "models/core/sales/subscriptions.sql",
        "coalesce(ends_told.tells_ended_on, 1) = 1 as is_end_told",
        "true as is_end_told",
    ),
    Mutant(
        "a refund without an amount takes back the whole order, whatever others took",
        "models/core/sales/refunds.sql",
        "told.gross - coalesce(refunds.told_amount, 0)",
        "told.gross",
    ),
    Mutant(
        "each of two refunds without an amount takes back all that is left",
        "models/core/sales/refunds.sql",
        "nullif(refunds.untold_count, 0)",
        "1",
    ),
    Mutant(
        "a subscription that two tools tell of counted twice",
        "models/core/sales/paid_times.sql",
        "        is_counted\n        and (",
        "        (",
    ),
    Mutant(
        "trials told by two tools counted twice",
        "models/marts/customers/trial_conversion_rate.sql",
        "        and subscriptions.is_counted\n",
        "",
    ),
    Mutant(
        "two subscriptions of a person taken for one whatever they cost",
        "models/core/sales/subscriptions.sql",
        "abs(placed.told_amount - others.told_amount) <= 0.01 * abs(others.told_amount)",
        "true",
    ),
    Mutant(
        "of two tools the one that tells no end believed",
        "models/core/sales/subscriptions.sql",
        "case when is_end_told then 0 else 2 end",
        "0",
    ),
    Mutant(
        "stocks known where no end is told",
        "models/core/customers/customer_stocks.sql",
        "coalesce(edges.last_day < kinds.untold_from_on, true)",
        "true",
    ),
    Mutant(
        "cohorts kept where no end is told",
        "models/marts/customers/cohort_retention_rate.sql",
        "    where untold.person_key is null\n",
        "",
    ),
    Mutant(
        "trials paid where no end is told",
        "models/marts/customers/trial_conversion_rate.sql",
        "        and subscriptions.is_end_told\n",
        "",
    ),
    Mutant(
        "a year's customers kept where no end is told",
        "models/core/customers/yearly_retention.sql",
        "case when states.is_end_told = false then 0 else 1 end",
        "1",
    ),
    Mutant(
        "a subscription known by a later day",
        "models/core/sales/first_subscriptions.sql",
        "order by from_on asc",
        "order by from_on desc",
    ),
    Mutant(
        "a subscription's own charge a second conversion",
        "models/core/sales/first_subscriptions.sql",
        "{{ days_after('ranked.from_on', 1) }}",
        "ranked.from_on",
    ),
    Mutant(
        "every subscription a conversion",
        "models/core/attribution/attribution_conversions.sql",
        "    where is_conversion\n",
        "",
    ),
    Mutant(
        "no conversion by a subscription",
        "models/core/attribution/attribution_conversions.sql",
        "    where is_conversion\n",
        "    where not is_conversion\n",
    ),
    Mutant(
        "old customers won anew by their first purchase on record",
        "models/core/attribution/attribution_conversions.sql",
        "{{ time_after('people.customer_at', var('attribution_window_days')) }} >= numbered.converted_at",
        "true",
    ),
    Mutant(
        "customers of before in the cost of new ones",
        "models/marts/value/cost_per_acquisition.sql",
        "        and conversions.makes_customer\n",
        "",
    ),
    Mutant(
        "subscriptions without a rule of credit",
        "models/core/attribution/attribution_settings.sql",
        "where conversion_type = 'order'",
        "where conversion_type = 'subscription'",
    ),
    Mutant(
        "a downgrade that loses nothing",
        "models/core/customers/customer_stocks.sql",
        "'greatest(opening.customer_amount - coalesce(closing.customer_amount, 0), 0)'",
        "'case when closing.person_key is null then opening.customer_amount else 0 end'",
    ),
    Mutant(
        "what a new subscriber pays taken for expansion",
        "models/core/customers/customer_stocks.sql",
        "when opening.customer_amount > 0 then",
        "when true then",
    ),
    Mutant(
        "a span lost when its first state ends",
        "models/core/customers/customer_states.sql",
        "max(coalesce(numbered.until_on",
        "min(coalesce(numbered.until_on",
    ),
    Mutant(
        "subscribers kept by having left",
        "models/marts/customers/cohort_retention_rate.sql",
        "and paying.until_on > {{",
        "and paying.until_on >= {{",
    ),
    Mutant(
        "buyers not kept by subscribing",
        "models/marts/customers/cohort_retention_rate.sql",
        "beginnings.bought_again = 1 or paying.person_key is not null",
        "beginnings.bought_again = 1",
    ),
    Mutant(
        "buyers kept by having bought once",
        "models/marts/customers/cohort_retention_rate.sql",
        "    where judged_by = 'subscription'\n",
        "",
    ),
    Mutant(
        "trials converted by whoever was not cancelled",
        "models/marts/customers/trial_conversion_rate.sql",
        "case when paying.subscription_id is not null then 1 else 0 end",
        "case when subscriptions.ended_on is null then 1 else 0 end",
    ),
    Mutant(
        "expansion kept out of net retention",
        "models/marts/customers/net_revenue_retention_rate.sql",
        "amount_at_start - amount_lost + amount_gained as numerator",
        "amount_at_start - amount_lost as numerator",
    ),
    Mutant(
        "expansion less what was lost",
        "models/marts/customers/expansion_revenue_rate.sql",
        "amount_gained as numerator",
        "amount_gained - amount_lost as numerator",
    ),
    Mutant(
        "NPS over questions that are none",
        "models/marts/customers/net_promoter_score.sql",
        "and survey_type = 'nps'",
        "",
    ),
    Mutant(
        "NPS over scales from 1 to 10",
        "models/marts/customers/net_promoter_score.sql",
        "        and coalesce(scale_min, 0) = 0\n",
        "",
    ),
    Mutant(
        "nought taken for an answer on five stars",
        "models/core/people/survey_responses.sql",
        "answers.score >= answers.scale_min",
        "answers.score >= 0",
    ),
    Mutant(
        "a person's first answer of the period",
        "models/marts/customers/net_promoter_score.sql",
        "order by answers.answered_at desc",
        "order by answers.answered_at asc",
    ),
    # Shapes and periods.
    Mutant(
        "a division by nothing",
        SHAPES,
        "numerator / nullif(denominator, 0) as value",
        "numerator / denominator as value",
        "open_rate",
    ),
    Mutant(
        "complete a day too soon",
        SHAPES,
        "days_since_end > {{",
        "days_since_end >= {{",
        "message_conversion_rate",
    ),
    Mutant(
        "windows that reach beyond the last day",
        "models/core/shared/periods.sql",
        "on {{ days_after('days.date_day', 'cast(window_ends.generated_number as int) - 1') }} <= days.as_of",
        "on window_ends.generated_number <= 28",
    ),
    Mutant(
        "the month before last",
        "macros/periods.sql",
        "dbt.dateadd('month', -1, start)",
        "dbt.dateadd('month', -2, start)",
        "latest_figures",
    ),
    Mutant(
        "a stage that nobody measures counted as never reached",
        "models/marts/conversion/mql_rate.sql",
        "and coalesce(is_mql_measured, true)",
        "",
    ),
    # What is nothing, and what nobody knows.
    Mutant(
        "a month without orders missing",
        "models/marts/kpis.sql",
        "where measured_since.has_zeros",
        "where false",
    ),
    Mutant(
        "a slice that is nothing for ever after",
        "models/marts/kpis.sql",
        "and complete_periods.period_start < spans.last_start",
        "",
    ),
    Mutant(
        "costs of nothing where nobody tells of spend",
        "models/marts/kpis.sql",
        "case when period_edges.last_day >= measured_since.numerator_first_day then counted.numerator end",
        "counted.numerator",
    ),
    Mutant(
        "qualified leads on the day they became leads",
        "models/marts/value/cost_per_mql.sql",
        "local_date('mql_at')",
        "local_date('lead_at')",
    ),
    Mutant(
        "an automated campaign without a journey taken for none",
        "models/marts/value/cost_per_acquisition.sql",
        "automation_of('attribution.is_automated')",
        "automation_of('attribution.journey is not null')",
    ),
    Mutant(
        "spend before the first sale forgotten",
        "models/marts/kpis.sql",
        "measured_since.numerator_first_day then",
        "measured_since.first_day then",
    ),
    Mutant(
        "a base known before it is measured",
        "models/marts/kpis.sql",
        "when period_edges.last_day >= measured_since.first_day then counted.denominator",
        "when true then counted.denominator",
    ),
    Mutant(
        "a numerator measured only with its base",
        "models/marts/measured_since.sql",
        "max(case when feeds_numerator = 1 then first_day end)",
        "max(first_day)",
    ),
    Mutant(
        "a partial first month taken for a whole one",
        "models/marts/kpis.sql",
        "and coalesce(counted.period_start >= measured_since.first_day, false)",
        "",
    ),
    Mutant(
        "a KPI measured as soon as one thing that it needs is",
        "models/marts/measured_since.sql",
        "case when kpis.group_count = met.group_count then met.first_day end",
        "met.first_day",
    ),
    # Comparisons.
    Mutant(
        "a baseline without what was spent while nobody came",
        "models/marts/baselines.sql",
        "coalesce(kpis.value * kpis.denominator, case when catalog.is_additive then kpis.numerator end)",
        "kpis.value * kpis.denominator",
    ),
    Mutant(
        "a total's mean over the periods that have a row",
        "models/marts/baselines.sql",
        "when is_additive then",
        "when false then",
    ),
    Mutant(
        "a stock's mean over periods in which nobody knew it",
        "models/marts/baselines.sql",
        "when is_additive then",
        "when true then",
    ),
    Mutant(
        "lifts compared as if they were proportions",
        "models/marts/scorecard.sql",
        "= 'ratio' and latest.value_low > 0 and latest.previous_value_low > 0",
        "is null",
    ),
    Mutant(
        "a verdict on the last digit",
        "macros/statistics.sql",
        "<= 0.000000001 *",
        "<= 0 *",
        "scorecard",
    ),
    Mutant(
        "a rise that a longer month explains",
        "macros/statistics.sql",
        "(' ~ as_double(days) ~ ' / nullif(' ~ days ~ ' + ' ~ other_days ~ ', 0))",
        "(' ~ as_double('0.5') ~ ')",
        "scorecard",
    ),
    Mutant(
        "a verdict on cohorts of different age",
        "models/marts/scorecard.sql",
        "when change is null or grows_with_age then null",
        "when change is null then null",
    ),
    Mutant(
        "an older period for one that had nothing to divide by",
        "models/marts/latest_figures.sql",
        "having max(case when dimension = 'all' or figure_start = period_start then 1 end) = 1",
        "having max(case when figure_start = period_start then 1 end) = 1",
    ),
    Mutant(
        "the newest target for that of the period",
        "models/marts/scorecard.sql",
        "            and latest.period_start >= targets.valid_from\n",
        "",
    ),
    Mutant(
        "thirty observations thin",
        "models/marts/scorecard.sql",
        "latest.numerator < {{ var('thin_observations') }}",
        "latest.numerator <= {{ var('thin_observations') }}",
    ),
    Mutant(
        "a step that the journey does not have",
        "models/core/people/journey_steps.sql",
        "\n    and {{ is_a_step('steps') }}",
        "",
    ),
    Mutant(
        "steps reached out of order timed",
        "models/core/people/journey_step_times.sql",
        "when next_reached_at > reached_at",
        "when next_reached_at is not null",
    ),
    Mutant(
        "spend that has a channel alone in the efficiency ratio",
        "models/marts/value/marketing_efficiency_ratio.sql",
        "from {{ ref('marketing_spend') }}",
        "from {{ ref('marketing_spend') }} where channel is not null",
    ),
    Mutant(
        "the time of those who never got further",
        "models/marts/conversion/journey_step_hours.sql",
        "times.hours_to_next as numerator",
        "coalesce(times.hours_to_next, 0) as numerator",
    ),
    Mutant(
        "all that came before the first send",
        "models/marts/campaign_uplift.sql",
        "and windows.before_from <= visits.session_on",
        "",
    ),
    Mutant(
        "sessions of other channels taken for a campaign's",
        "models/marts/campaign_uplift.sql",
        "windows.channel = visits.channel\n            and ",
        "",
    ),
)
