-- Every model has one rule for orders and one for deals, whose shares sum to 1, and the setting `attribution_model` is one of them.
select
    model,
    'its shares, look-back, half-life or rest_by cannot be' as why

from {{ ref('attribution_settings') }}

where
    abs(first_share + lead_share + opportunity_share + last_share + last_non_direct_share + rest_share - 1) > 0.000000001
    or least(first_share, lead_share, opportunity_share, last_share, last_non_direct_share, rest_share) < 0
    or window_days <= 0
    or half_life_days <= 0
    or rest_by not in ('touch', 'time', 'channel', 'removal_effect')

union all

select
    model,
    'it lacks a rule for orders or for deals' as why

from {{ ref('attribution_settings') }}

group by model

having
    sum(case when conversion_type = 'order' then 1 else 0 end) <> 1
    or sum(case when conversion_type = 'deal' then 1 else 0 end) <> 1

union all

select
    '{{ var("attribution_model") }}' as model,
    'the setting attribution_model names none of the models' as why

from {{ ref('attribution_settings') }}

having sum(case when model = '{{ var("attribution_model") }}' then 1 else 0 end) = 0
