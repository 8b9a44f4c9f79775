"""What customers are expected to bring: BG/NBD for how often they buy, Gamma-Gamma for how much.

P. Fader, B. Hardie, K. L. Lee, "Counting your customers the easy way", Marketing Science 24 (2005): while
active, a customer buys at a rate of their own (gamma over customers), and after each purchase leaves for
good with a probability of their own (beta over customers). P. Fader, B. Hardie, "The Gamma-Gamma model of
monetary value", note 025 (2013): what a purchase is worth varies around the customer's own mean, and that
over customers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.errors import UsageError

Floats = NDArray[np.float64]

FEWEST_REPEAT_BUYERS = 30
HORIZON_MONTHS = 120
WEEKS_IN_A_MONTH = 365.25 / 7 / 12
TABLE = "raw._clv"
_HISTORIES = """
with days as (
    select person_key, purchased_on, sum(net_revenue) as net_revenue
    from core.purchases
    group by person_key, purchased_on
),
firsts as (
    select *, min(purchased_on) over (partition by person_key) as first_on from days
)
select
    firsts.person_key,
    count(*) - 1 as frequency,
    date_diff('day', min(first_on), max(purchased_on)) / 7.0 as recency,
    date_diff('day', min(first_on), min(run.as_of)) / 7.0 as age,
    count(*) filter (where purchased_on > first_on and net_revenue > 0) as paid_count,
    coalesce(avg(net_revenue) filter (where purchased_on > first_on and net_revenue > 0), 0) as mean_value
from firsts
cross join raw._run as run
group by firsts.person_key
order by firsts.person_key
"""


@dataclass(frozen=True)
class BgNbd:
    """The BG/NBD model, time in weeks: rates are gamma(r, alpha), chances to leave beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """The probability that a customer is still active."""
        odds = np.log(self.a / (self.b + np.maximum(frequency, 1) - 1)) + (self.r + frequency) * np.log(
            (self.alpha + age) / (self.alpha + recency)
        )
        odds = np.where(frequency > 0, odds, -np.inf)
        return np.asarray(1 / (1 + np.exp(np.minimum(odds, 700.0))))

    def while_alive(self, frequency: Floats, age: Floats, weeks: float) -> Floats:
        """Expected purchases in the next `weeks` of a customer known to be active now.

        The paper's equation 10 without its denominator. Its hypergeometric function has two forms by Euler's
        transformation: one stays finite for frequent buyers, the other where customers are all alike.
        """
        from scipy.special import hyp2f1

        a, b, r = (self.a if abs(self.a - 1) > 1e-6 else 1 + 1e-6), self.b, self.r
        left = (self.alpha + age) / (self.alpha + age + weeks)
        total = a + b + frequency - 1
        with np.errstate(all="ignore"):
            never = left ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, total, 1 - left)
        lost = ~np.isfinite(never)
        x, kept = frequency[lost], left[lost]
        never[lost] = kept ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, 1 - kept)
        return np.asarray(total / (a - 1) * (1 - never))

    def expected_purchases(self, frequency: Floats, recency: Floats, age: Floats, weeks: float) -> Floats:
        """Expected purchases in the next `weeks` given the history (the paper's equation 10)."""
        return self.while_alive(frequency, age, weeks) * self.alive(frequency, recency, age)


@dataclass(frozen=True)
class GammaGamma:
    """The Gamma-Gamma model: values are gamma(p, nu), nu is gamma(q, v) over customers."""

    p: float
    q: float
    v: float

    def expected_value(self, count: Floats, mean_value: Floats) -> Floats:
        """The expected mean value of a customer's purchases, given that of `count` of them (equation 5)."""
        return np.asarray((self.v + count * mean_value) * self.p / (self.p * count + self.q - 1))


def fit_bgnbd(frequency: Floats, recency: Floats, age: Floats) -> BgNbd:
    """The parameters that make the histories likeliest.

    One entry a customer. frequency: days with a purchase, less the first; recency: weeks from the first
    purchase to the last; age: weeks from the first purchase to the end of the data.
    """
    from scipy.special import betaln, gammaln

    histories, customers = np.unique(np.column_stack([frequency, recency, age]), axis=0, return_counts=True)
    x, last, observed = histories.T
    unit = max(float(observed.max()), 1.0)

    def cost(logs: Floats) -> float:
        r, alpha, a, b = np.exp(logs)
        alpha = alpha * unit
        shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
        active = -(r + x) * np.log(alpha + observed)
        gone = np.log(a / (b + np.maximum(x, 1) - 1)) - (r + x) * np.log(alpha + last)
        likelihood = shared + np.logaddexp(active, np.where(x > 0, gone, -np.inf))
        return -float((customers * likelihood).sum() / customers.sum())

    logs, least = _minimise(cost, 4)
    r, alpha, a, b = (float(value) for value in np.exp(logs))
    return BgNbd(r, alpha * unit, a, b, -least * float(customers.sum()))


def fit_gamma_gamma(count: Floats, mean_value: Floats) -> GammaGamma:
    """The parameters that make the mean values of repeat buyers likeliest.

    count: repeat purchases of a customer, at least 1; mean_value: their mean, above 0. Where values differ so
    wildly that the likeliest have no mean over customers (q at most 1), those whose mean is the buyers' own.
    """
    from scipy.special import gammaln

    unit = float(mean_value.mean())
    m = mean_value / unit

    def cost(p: float, q: float, v: float) -> float:
        shape = p * count
        likelihood = (
            gammaln(shape + q) - gammaln(shape) - gammaln(q)
            + q * np.log(v) + (shape - 1) * np.log(m) + shape * np.log(count)
            - (shape + q) * np.log(count * m + v)
        )  # fmt: skip
        return -float(likelihood.mean())

    p, q, v = np.exp(_minimise(lambda logs: cost(*np.exp(logs)), 3)[0])
    if q <= 1:

        def with_mean(logs: Floats) -> tuple[float, float, float]:
            p, above = np.exp(logs)
            return p, 1 + above, above / p

        p, q, v = with_mean(_minimise(lambda logs: cost(*with_mean(logs)), 2)[0])
    return GammaGamma(float(p), float(q), float(v) * unit)


def expected_revenue(
    purchases: BgNbd,
    values: GammaGamma,
    histories: dict[str, NDArray[Any]],
    discount_rate: float,
) -> Floats:
    """What each customer is expected to bring in the next ten years, month by month at its present value.

    histories: frequency, recency, age, paid_count, mean_value, arrays of one entry a customer;
    discount_rate: a year's.
    """
    frequency, age = histories["frequency"], histories["age"]
    kinds, kind = np.unique(np.column_stack([frequency, age]), axis=0, return_inverse=True)
    total, before = np.zeros(len(kinds)), np.zeros(len(kinds))
    for month in range(1, HORIZON_MONTHS + 1):
        until = purchases.while_alive(kinds[:, 0], kinds[:, 1], month * WEEKS_IN_A_MONTH)
        total += (until - before) / (1 + discount_rate) ** (month / 12)
        before = until
    alive = purchases.alive(frequency, histories["recency"], age)
    value = values.expected_value(histories["paid_count"], histories["mean_value"])
    return np.asarray(alive * total[kind.reshape(-1)] * value)


def create_table(connection: Any, *, keep: bool = False) -> None:
    """Leave a typed table of expectations in the warehouse; `keep` those of an earlier run, else empty."""
    connection.execute(
        f"create table if not exists {TABLE} (person_key varchar, as_of date, expected_revenue double)"
    )
    if not keep:
        connection.execute(f"delete from {TABLE}")


def write_expectations(connection: Any, discount_rate: float) -> None:
    """Fit both models to `core.purchases` as of `raw._run` and replace the expectations, one row a customer.

    Raises UsageError where too few customers bought twice, or no model fits.
    """
    columns = connection.execute(_HISTORIES).fetchnumpy()
    histories = {name: column for name, column in columns.items() if name != "person_key"}
    histories = {name: np.asarray(column, dtype=np.float64) for name, column in histories.items()}
    frequency, paid = histories["frequency"], histories["paid_count"]
    repeat_buyers = int(((frequency > 0) & (paid > 0)).sum())
    if repeat_buyers < FEWEST_REPEAT_BUYERS:
        raise UsageError(
            f"--clv bgnbd needs at least {FEWEST_REPEAT_BUYERS} customers who bought on two days;"
            f" there are {repeat_buyers}. Leave the option out."
        )
    purchases = fit_bgnbd(frequency, histories["recency"], histories["age"])
    values = fit_gamma_gamma(paid[paid > 0], histories["mean_value"][paid > 0])
    expected = expected_revenue(purchases, values, histories, discount_rate)
    if not np.isfinite(expected).all():
        raise UsageError("--clv bgnbd: no model fits these purchases. Leave the option out.")
    create_table(connection)
    connection.register("_expected", {"person_key": columns["person_key"], "expected_revenue": expected})
    try:
        connection.execute(
            f"insert into {TABLE} select person_key, run.as_of, expected_revenue"
            " from _expected cross join raw._run as run"
        )
    finally:
        connection.unregister("_expected")


def _minimise(cost: Callable[[Floats], float], size: int) -> tuple[Floats, float]:
    """The logarithms of `size` positive parameters where `cost` is least, and the least cost.

    Where customers are all alike a parameter would go on for ever; it stops at a factor of 400.
    """
    from scipy.optimize import minimize

    best = minimize(
        cost,
        np.zeros(size),
        method="L-BFGS-B",
        jac="3-point",
        bounds=[(-6.0, 6.0)] * size,
        options={"ftol": 1e-14, "gtol": 1e-8},
    )
    return best.x, float(best.fun)
