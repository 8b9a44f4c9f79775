-- Dates worked out by hand, so that an engine that counts otherwise is found out; those that hang on the day's bounds are UTC's.
{%- set sunday, leap_day = "cast('2025-03-30' as date)", "cast('2024-02-29' as date)" %}
{%- set early, late = "cast('2025-03-30 10:00:00' as timestamp)", "cast('2025-03-30 12:00:00' as timestamp)" %}
{%- set never = "cast(null as timestamp)" %}
{%- set lead, last = "cast('2025-01-30 12:00:00' as timestamp)", "cast('2025-04-30 23:59:59' as timestamp)" %}
{%- set too_late = "cast('2025-05-01 00:00:00' as timestamp)" %}
{%- set in_utc = [
    ('the earlier of two', days_between(local_date(earliest(early, late)), sunday), '0'),
    ('the window\'s last day is within', happened_within(last, lead, 90), '1'),
    ('the day after is not', happened_within(too_late, lead, 90), '0'),
    ('earlier on the same day is within', happened_within(early, late, 90), '1'),
] %}
{%- set cases = [
    ('the day after the last of February', days_after(leap_day, 1), '2024-03-01'),
    ('a day back over new year', days_after("cast('2025-01-01' as date)", -1), '2024-12-31'),
    ('days between two dates', days_between(leap_day, "cast('2025-03-01' as date)"), '366'),
    ('days back', days_between(sunday, "cast('2025-03-01' as date)"), '-29'),
    ('a week begins on Monday', start_of('week', sunday), '2025-03-24'),
    ('Monday begins its own week', start_of('week', "cast('2025-03-24' as date)"), '2025-03-24'),
    ('the week of new year', start_of('week', "cast('2025-01-01' as date)"), '2024-12-30'),
    ('a month', start_of('month', leap_day), '2024-02-01'),
    ('a quarter', start_of('quarter', sunday), '2025-01-01'),
    ('a year', start_of('year', sunday), '2025-01-01'),
    ('a weekday', weekday_name(sunday), 'Sunday'),
    ('another weekday', weekday_name(leap_day), 'Thursday'),
    ('the earlier is the first', 'case when ' ~ earliest(early, late) ~ ' = ' ~ early ~ " then 'yes' end", 'yes'),
    ('the earlier is the second', 'case when (' ~ earliest(late, early) ~ ') = ' ~ early ~ " then 'yes' end", 'yes'),
    ('of one and nothing the one', 'case when (' ~ earliest(never, late) ~ ') = ' ~ late ~ " then 'yes' end", 'yes'),
    ('of nothing and one the one', 'case when (' ~ earliest(late, never) ~ ') = ' ~ late ~ " then 'yes' end", 'yes'),
    ('five days of 24 hours', 'case when ' ~ time_after(early, 5) ~ " = cast('2025-04-04 10:00:00' as timestamp) then 'yes' end", 'yes'),
    ('without a number of days it never ends', 'case when ' ~ time_after(early, none) ~ " > cast('9000-01-01' as timestamp) then 'yes' end", 'yes'),
    ('at once is within', happened_within(lead, lead, 90), '1'),
    ('the day before is not', happened_within(early, too_late, 90), '0'),
    ('never is not', happened_within(never, lead, 90), '0'),
    ('without a window it is so far', happened_within(too_late, lead, none), '1'),
    ('the month before', period_before("'month'", "cast('2025-03-01' as date)"), '2025-02-01'),
    ('the quarter before', period_before("'quarter'", "cast('2025-01-01' as date)"), '2024-10-01'),
    ('the year before', period_before("'year'", "cast('2025-01-01' as date)"), '2024-01-01'),
    ('the week before', period_before("'week'", "cast('2025-03-03' as date)"), '2025-02-24'),
    ('the window before ends as this begins', period_before("'rolling_28_days'", "cast('2025-03-29' as date)"), '2025-03-01'),
    ('the same weekday a year ago', period_year_ago("'day'", sunday), '2024-03-31'),
    ('the same month a year ago', period_year_ago("'month'", "cast('2025-03-01' as date)"), '2024-03-01'),
] + (in_utc if var('reporting_timezone') == 'UTC' else []) %}

with

cases as (
    {% for case, expression, expected in cases %}
    select
        '{{ case | replace("'", "''") }}' as case_name,
        {{ dbt.cast('(' ~ expression ~ ')', 'string') }} as found,
        '{{ expected }}' as expected

    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from cases

where found is null or found <> expected
