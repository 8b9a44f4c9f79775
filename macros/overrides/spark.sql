{# What dbt-spark 1.11 writes for Spark 2, in the functions that Spark has had since 3.3 and 4.0. #}

{# The adapter's own goes through whole seconds and names its argument six times. #}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    dateadd({{ datepart }}, cast({{ interval }} as int), {{ from_date_or_timestamp }})
{%- endmacro %}

{# The adapter's own fails in ANSI mode where there is no such part. #}
{% macro spark__split_part(string_text, delimiter_text, part_number) -%}
    split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }})
{%- endmacro %}

{# The adapter's own does not order. #}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    listagg({{ measure }}, {{ delimiter_text }}) {{ 'within group (' ~ order_by_clause ~ ')' if order_by_clause }}
{%- endmacro %}

{# The adapter's own makes an empty cell the text 'None', and breaks at an apostrophe. #}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
        {%- set rows = [] -%}
        {%- for row in chunk -%}
            {%- set cells = [] -%}
            {%- for column in agate_table.column_names -%}
                {%- set value = row[loop.index0] -%}
                {%- set type = type_name(types.get(column, adapter.convert_type(agate_table, loop.index0))) -%}
                {%- set text = 'null' if value is none else "'" ~ dbt.escape_single_quotes(value | string | replace('\\', '\\\\')) ~ "'" -%}
                {%- do cells.append('cast(' ~ text ~ ' as ' ~ type ~ ')') -%}
            {%- endfor -%}
            {%- do rows.append('(' ~ cells | join(', ') ~ ')') -%}
        {%- endfor -%}
        {%- do adapter.add_query('insert into ' ~ this.render() ~ ' values ' ~ rows | join(', '), abridge_sql_log=True) -%}
    {%- endfor -%}
    {{ return('') }}
{%- endmacro %}

{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = {} -%}
    {%- for name, type in model['config'].get('column_types', {}).items() -%}
        {%- do types.update({name: type_name(type)}) -%}
    {%- endfor -%}
    {%- do model['config'].update({'column_types': types}) -%}
    {{ return(dbt.spark__create_csv_table(model, agate_table)) }}
{%- endmacro %}

{# The adapter's own joins a table of two rows as many times as the bound has bits, planned anew for each step that names the series. #}
{% macro spark__generate_series(upper_bound) -%}
    select cast(id as int) as generated_number from range(1, {{ upper_bound }} + 1)
{%- endmacro %}
