"""The names and texts of the invented company. No real person, address or customer."""

from __future__ import annotations

COMPANY = "Lantern & Loom"

FIRST_NAMES = (
    "Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "June", "Kai", "Lena", "Milo", "Nora",
    "Otto", "Pia", "Quinn", "Rosa", "Sam", "Tess", "Uma", "Vito", "Wren", "Yara", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Ashdown", "Birk", "Carver", "Dale", "Elmer", "Fenn", "Grove", "Holt", "Ives", "Juno", "Kern", "Lark",
    "Marsh", "North", "Oakes", "Penn", "Quist", "Reed", "Stone", "Thorn", "Umber", "Vale", "Wick", "Yarrow",
)  # fmt: skip
HOME_DOMAINS = ("example.com", "example.org", "example.net")
BUSINESS_DOMAINS = tuple(
    f"{word}.example"
    for word in ("amber-inn", "birchworks", "cedarlab", "dune-hotel", "elmhouse", "fernbank")
)

SEGMENTS = ("households", "professionals", "students", "business")
CURRENCIES = ("EUR", "GBP", "USD")
COUNTRIES = {"EUR": "IE", "GBP": "GB", "USD": "US"}

LANDING_PAGES = ("/", "/sale", "/guides/start", "/business", "/plans")
CONTENTS = (
    "/guides/sleep",
    "/guides/light",
    "/guides/wool",
    "/stories/loom",
    "/videos/dyeing",
    "/videos/knots",
)
FORMS = (("newsletter", "/"), ("guide download", "/guides/start"), ("demo request", "/business"))

PRODUCTS = (
    ("Oak lantern", 3900), ("Brass lantern", 5900), ("Wool blanket", 8900), ("Linen throw", 4900),
    ("Candle trio", 1800), ("Loom kit", 6900), ("Yarn box", 2900), ("Desk lamp", 7900), ("Cushion", 2400),
    ("Wall hanging", 11900), ("Repair kit", 1500), ("Gift card", 5000),
)  # fmt: skip
SERVICES = (("Weaving class", 6500), ("Light consultation", 12000))
PLANS = (("Basic", 900), ("Plus", 1900), ("Studio", 3900))
STREAMS = ("product", "service", "subscription", "other")

SUBJECTS = (
    "New light for longer evenings", "What our weavers made this month", "Warm things for cold rooms",
    "Three ways to hang a lantern", "Last chance for free delivery", "A calmer bedroom in five steps",
    "Your guide to natural dyes", "Made by hand, kept for years", "Open evening at the workshop",
    "Back in stock: the oak lantern", "How to mend a blanket", "Small gifts, kindly made",
)  # fmt: skip
PERSONAL_SUBJECTS = (
    "{first}, picked for your home", "{first}, your points are waiting", "Still thinking it over, {first}?",
)  # fmt: skip
POST_TOPICS = ("workshop", "new lantern", "customer home", "yarn dyeing", "gift idea", "team", "repair tip")
COMMENTS = (
    "Lovely quality",
    "Fast delivery",
    "Took a while to arrive",
    "",
    "",
    "Kind support",
    "Would buy again",
)
