{#
    A query: one row per claim that a row of an export makes, as the entity `claims` has them.

    rows: name of a CTE with source, export, claimed_on, channel, campaign and currency. claims: list of {claim, amount, base, viewed}:
    what is claimed, and expressions over the CTE; `base` is what the tool divides a rate by (`amount` is then the rate times it), `viewed` what
    of the amount the tool says came after a view alone. window: a column of the CTE with the tool's own words for its window.
    A claim whose amount is NULL is none.
#}
{% macro claims_of(rows, claims, window='null') -%}
{#- Each row meets the claims that it makes: one select a claim would name `rows` as often, which Spark would plan as often. -#}
select
    source,
    export,
    claimed_on,
    source as tool,
    channel,
    campaign,
    claims.claim,
    {{ _of_claim(claims, 'amount') }} as amount,
    {{ _of_claim(claims, 'base') }} as base,
    {{ _of_claim(claims, 'viewed') }} as viewed,
    currency,
    {{ dbt.cast(window, 'varchar') }} as claim_window,
    {{ absent('claims', ['claim_model', 'click_days', 'view_days', 'placed_by', 'has_tax', 'has_shipping']) }}

from {{ rows }}
inner join (
    {% for claim in claims %}
    select '{{ claim.claim }}' as claim
    {{ 'union all' if not loop.last }}
    {% endfor %}
) as claims
    on {{ _of_claim(claims, 'amount') }} is not null

where claimed_on is not null
{%- endmacro %}


{# What `claims` say of the claim of a row, by `column` of them: a 64-bit float, NULL where they say nothing. #}
{% macro _of_claim(claims, column) -%}
    {%- set told = claims | selectattr(column, 'defined') | list -%}
    {%- if told -%}
    case claims.claim{% for claim in told %} when '{{ claim.claim }}' then {{ as_double(claim[column]) }}{% endfor %} end
    {%- else -%}
    {{ as_double('null') }}
    {%- endif -%}
{%- endmacro %}


{# The channel of a Google Ads campaign by its type, search where that is not told. Reads `campaign_type`. #}
{% macro google_ads_channel() -%}
case
            when lower(campaign_type) like '%display%' then 'display'
            when lower(campaign_type) like '%shopping%' then 'paid_shopping'
            when lower(campaign_type) like '%video%' then 'paid_video'
            when lower(campaign_type) like '%performance max%' then 'cross_network'
            else 'paid_search'
        end
{%- endmacro %}


{#
    A 64-bit float as a decimal of nine places: the parts of a difference and their sum, which a float holds exactly below nine million.

    Of 27 digits: Spark makes the sum of two a digit wider than they are, and above 38 digits it drops places, so that twelve can be added up.
#}
{% macro nine_decimals(value) -%}
    cast({{ twelve_decimals(value) }} as decimal(27, 9))
{%- endmacro %}
