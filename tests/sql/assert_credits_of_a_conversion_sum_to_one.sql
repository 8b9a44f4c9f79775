-- Under every model the credits of a conversion sum to 1, and every conversion with a touch in the model's look-back has them.
with

due as (

    select
        settings.model,
        paths.conversion_id

    from {{ ref('attribution_paths') }} as paths
    inner join {{ ref('attribution_settings') }} as settings
        on
            paths.conversion_type = settings.conversion_type
            and paths.window_days = settings.window_days

    group by settings.model, paths.conversion_id

),

given as (

    select
        model,
        conversion_id,
        sum(credit) as credit

    from {{ ref('attribution') }}

    group by model, conversion_id

)

select
    due.model,
    due.conversion_id,
    given.credit

from due
left join given
    on
        due.model = given.model
        and due.conversion_id = given.conversion_id

where
    given.credit is null
    or abs(given.credit - 1) > 0.000000001
