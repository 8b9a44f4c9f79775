-- The runner (scripts/run.py) solves the Markov chain; after a plain `dbt build` the model `markov` of `attribution` shares it equally.
{{ config(severity='warn') }}
select count(*) as transitions

from {{ ref('channel_transitions') }} as transitions

where
    transitions.to_state = '(conversion)'
    and not exists (select 1 from {{ source('raw', '_removal_effects') }})

having count(*) > 0
