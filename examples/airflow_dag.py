"""An Airflow DAG: build, audit and publish every morning; a lock or a full disk may be gone at the next."""

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

PROJECT = "/srv/marketing-kpis"

with DAG(
    "marketing_kpis",
    schedule="0 6 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="build",
        bash_command=f"{PROJECT}/.venv/bin/python {PROJECT}/scripts/run.py --settings /srv/company --quiet",
        append_env=True,  # MARKETING_KPIS_HASH_KEY comes from the worker
        retries=2,
        retry_delay=pendulum.duration(minutes=10),
    )
