-- The parts of a difference are the difference, to the last of nine places; beyond nine million a float holds fewer.
select
    period_grain,
    period_start,
    tool,
    claim,
    channel,
    campaign,
    difference,
    unexplained

from {{ ref('claims') }}

where
    abs(difference) < 9000000
    and {{ nine_decimals('difference') }} <>
    {%- for part in [
        'other_window', 'view_through', 'refunds', 'tax', 'shipping', 'double_claims', 'other_model', 'other_day', 'unknown_persons',
        'other_denominator', 'unexplained',
    ] %}
    {{ '+ ' if not loop.first }}{{ nine_decimals(part) }}
    {%- endfor %}
