{# One row per currency and day on which a rate holds: its own day and the seven after it, unless a newer rate stands. #}

with

numbers as (

    {{ dbt.generate_series(8) }}

),

rates as (

    select
        currency,
        rate_on,
        max(rate) as rate

    from {{ ref('all_exchange_rates') }}

    group by currency, rate_on

),

held as (

    select
        rates.currency,
        {{ days_after('rates.rate_on', 'cast(numbers.generated_number as int) - 1') }} as valid_on,
        rates.rate,
        row_number() over (
            partition by rates.currency, {{ days_after('rates.rate_on', 'cast(numbers.generated_number as int) - 1') }}
            order by rates.rate_on desc
        ) as age_rank

    from rates
    cross join numbers

)

select
    currency,
    valid_on,
    rate

from held

where
    age_rank = 1
    and currency <> '{{ var("reporting_currency") }}'
