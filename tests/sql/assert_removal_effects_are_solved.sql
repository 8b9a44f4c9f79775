-- Every channel on the way to a conversion has a removal effect: the chain was solved after its steps were counted. Without the runner it
-- is not solved at all, and the Markov model has no credit to give: that is told by assert_removal_effects_are_known.
select transitions.from_state

from {{ ref('channel_transitions') }} as transitions
left join {{ source('raw', '_removal_effects') }} as effects
    on transitions.from_state = effects.channel

where
    transitions.to_state = '(conversion)'
    and coalesce(effects.removal_effect, 0) <= 0
    and exists (select 1 from {{ source('raw', '_removal_effects') }})
