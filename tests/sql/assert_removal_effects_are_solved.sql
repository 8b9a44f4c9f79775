-- Every channel on the way to a conversion has a removal effect: the chain was solved after its steps were counted.
select transitions.from_state

from {{ ref('channel_transitions') }} as transitions
left join {{ source('raw', '_removal_effects') }} as effects
    on transitions.from_state = effects.channel

where
    transitions.to_state = '(conversion)'
    and coalesce(effects.removal_effect, 0) <= 0
