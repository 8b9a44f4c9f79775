# One environment in .venv from requirements.lock; only python3 (3.11 or newer) with pip is needed.
PYTHON ?= python3
EVENTS ?= 5000000
BIN := .venv/bin

.PHONY: run test test-spark torture quick lint exports docs bench lock clean

run: .venv/.locked
	$(BIN)/python scripts/run.py

test: .venv/.locked
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# Spark's packages are most of a gigabyte, so they have an environment of their own; Java 17 is needed.
test-spark: .venv-spark/.locked
	.venv-spark/bin/python -m pytest -q tests/python/targets/spark tests/python/runner/test_on_spark.py

# Kills, signals, full disks, readers, fuzzing and planted personal data: hours at most, and as root with disks of their own.
torture: .venv/.locked
	TORTURE=30 KILLS=60 timeout 7200 $(BIN)/python -m pytest -q -s tests/python/runner/test_torture.py \
		tests/python/runner/test_nothing_personal.py tests/python/runner/test_load_history.py \
		tests/python/targets/test_postgres_published.py
	YEAR_DAYS=281 timeout 3600 $(BIN)/python -m pytest -q -s tests/python/runner/test_a_year_of_loads.py
	MARKETING_KPIS_SIGNAL_MOMENTS="$$(seq -s ' ' 0.1 0.2 10)" timeout 3600 $(BIN)/python -m pytest -q \
		tests/python/runner/test_signals.py
	FILES=1000000 timeout 3600 $(BIN)/python -m pytest -q tests/python/ingest/test_like_python_csv.py

# For who edits one KPI: lint and unit tests of the models that changed, types, house rules, a run of a tiny project.
quick: .venv/.locked
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	changed=$$({ git diff --name-only --diff-filter=d HEAD -- models; git ls-files -o --exclude-standard -- models; } \
		| sed 's/[.][a-z]*$$//' | sort -u | while read -r name; do \
			if test -f "$$name.sql"; then basename "$$name"; \
			else case "$$(basename "$$name")" in _*) echo "path:$$(dirname "$$name")";; esac; fi; done | xargs) \
		&& { test -z "$$changed" || $(BIN)/python scripts/run.py check --select "$$changed"; }
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -k "not staging_model_emits" tests/python/house_rules/test_house_rules.py \
		tests/python/test_docs.py tests/python/runner/test_run.py::test_a_build_publishes_and_says_so

lint: .venv/.locked
	mkdir -p output && $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/sqlfluff lint

exports: .venv/.locked
	$(BIN)/python scripts/make_exports.py --out seeds/exports

docs: .venv/.locked
	$(BIN)/python scripts/make_docs.py

# Writes docs/performance.md; EVENTS=20000000 for a larger company.
bench: .venv/.locked
	$(BIN)/python benchmarks/door.py
	$(BIN)/python benchmarks/speed.py --events $(EVENTS) --write

lock: .venv/.uv
	.venv/.uv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --quiet --upgrade --output-file requirements.lock
	.venv/.uv/bin/uv pip compile pyproject.toml --group dev --extra spark --constraint requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --quiet --upgrade --output-file requirements-spark.lock

clean:
	rm -rf .venv .venv-spark output target logs

.venv/.uv:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-conflicts --target .venv/.uv uv==0.13.9

.venv/.locked: requirements.lock | .venv/.uv
	test -x $(BIN)/python || .venv/.uv/bin/uv venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	.venv/.uv/bin/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	touch $@

.venv-spark/.locked: requirements-spark.lock | .venv/.uv
	test -x .venv-spark/bin/python || .venv/.uv/bin/uv venv --quiet --allow-existing \
		--python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv-spark
	.venv/.uv/bin/uv pip sync --quiet --compile-bytecode --python .venv-spark/bin/python --require-hashes requirements-spark.lock
	touch $@
