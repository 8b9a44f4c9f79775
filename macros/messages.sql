{#
    The channel of a message: its own, else that of its campaign where messages go by it, else e-mail.

    rows, campaigns: relations with a column `channel`, both of one tool.
#}
{% macro message_channel(rows, campaigns) -%}
    coalesce(
        lower({{ rows }}.channel),
        case when lower({{ campaigns }}.channel) in ('sms', 'push', 'messaging') then lower({{ campaigns }}.channel) end,
        'email'
    )
{%- endmacro %}
