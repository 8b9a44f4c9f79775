"""The semantic layer: additive KPIs as metrics over their rows, for MetricFlow and in Apache Ossie."""
