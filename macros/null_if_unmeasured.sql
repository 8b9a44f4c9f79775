{#
    The counts that a file does not measure, as a list of words, for the file's columns that it lacks.

    lacking: the column of raw._files. counts: {column: the words of what it measures}.
#}
{% macro unmeasured_without_columns(lacking, counts) -%}
    {%- for column, words in counts.items() -%}
        case when ' ' || {{ lacking }} || ' ' like '% {{ column }} %' then ' {{ words }}' else '' end
        {{- ' || ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#
    One row per export with loaded files, as a query: `export`, and for each of `columns` `tells_<column>`, 1 where any of its files has the
    column and 0 where none has.
#}
{% macro columns_told(columns) -%}
    select
        source || '__' || export as export,
        {%- for column in columns %}
        max(case when ' ' || lacking || ' ' like '% {{ column }} %' then 0 else 1 end) as tells_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ source('raw', '_files') }}

    where lacking is not null

    group by source || '__' || export
{%- endmacro %}


{# A count, or NULL where the tool does not measure it: unmeasured is not zero. Reads `counted.unmeasured`, a list of words. #}
{% macro null_if_unmeasured(count, expression) -%}
    case when counted.unmeasured not like '% {{ count }} %' then {{ expression }} end
{%- endmacro %}


{#
    What contradicts itself in a row of sums, as one sentence; NULL where nothing does.

    faults: {words: condition}, conditions that are NULL are none.
#}
{% macro faults_of(faults) -%}
    nullif(replace(
        '^'
        {%- for words, condition in faults.items() %}
        || case when {{ condition }} then ', {{ words }}' else '' end
        {%- endfor %},
        '^, ', ''
    ), '^')
{%- endmacro %}


{# The lowest score of an answer's scale: as told, else 1; 0 of recommendations (0 to 10) and of good or bad. rows: the answers' relation. #}
{% macro lowest_score(rows) -%}
    coalesce({{ rows }}.scale_min, case when {{ rows }}.survey_type = 'csat' and {{ rows }}.scale_max > 1 then 1 else 0 end)
{%- endmacro %}


{# The slice `automation`: whether it was an automated campaign or a journey. condition: an expression that says so; NULL is not. #}
{% macro automation_of(condition) -%}
    case when {{ condition }} then 'automated' else 'not automated' end
{%- endmacro %}
