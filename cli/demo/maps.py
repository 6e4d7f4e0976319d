"""The maps that team checkout and team search draw, in OnlineWardleyMaps text."""

MARKET = """
title Paying online
anchor Shopper [0.97, 0.60]
component Checkout [0.84, 0.34]
component Saved baskets [0.70, 0.16]
component Card payment [0.58, 0.78] (buy)
component Fraud check [0.44, 0.55]
component Hosting [0.12, 0.92] (outsource)
Shopper->Checkout
Checkout->Saved baskets
Checkout->Card payment
Card payment->Fraud check
Fraud check->Hosting
"""
MARKET_LATER = MARKET.replace("Saved baskets [0.70, 0.16]", "Saved baskets [0.70, 0.24]")
ORGANISATION = """
title Who has to say yes
anchor Team checkout [0.95, 0.50]
component Releases [0.80, 0.45]
component Card audit [0.62, 0.74] inertia
component Test environment [0.50, 0.76] (build)
component Build pipeline [0.35, 0.85] (buy)
Team checkout->Releases
Releases->Card audit
Releases->Test environment
Test environment->Build pipeline
"""
ORGANISATION_LATER = """
title Who has to say yes
anchor Team checkout [0.95, 0.50]
component Releases [0.80, 0.52]
component Card audit [0.62, 0.74]
component Terms and legal [0.66, 0.44] inertia
component Test environment [0.50, 0.76] (buy)
component Build pipeline [0.35, 0.85] (buy)
Team checkout->Releases
Releases->Card audit
Releases->Terms and legal
Releases->Test environment
Test environment->Build pipeline
"""
"""The audit comes along by now, and the test environment is bought; the terms do not move."""
RECEIPT = """
title A receipt within a second
anchor Shopper [0.96, 0.60]
component Receipt page [0.80, 0.30]
component Order events [0.55, 0.62] (buy)
component Mail delivery [0.40, 0.88] (outsource)
component Templates [0.48, 0.72] (build)
Shopper->Receipt page
Receipt page->Order events
Receipt page->Templates
Receipt page->Mail delivery
"""
WALLETS = """
title Wallets on the first screen
anchor Shopper [0.96, 0.60]
component First screen [0.82, 0.36]
component Wallets [0.62, 0.66] (buy)
component Card payment [0.48, 0.80] (buy)
component Device check [0.30, 0.74] (outsource)
Shopper->First screen
First screen->Wallets
Wallets->Card payment
Wallets->Device check
"""
EMERGING = """
title What paying will be
anchor Shopper [0.96, 0.55]
component One-tap order [0.80, 0.20]
component Wallets [0.60, 0.45]
component Card payment [0.45, 0.80] (buy)
evolve One-tap order 0.40
evolve Wallets 0.65
Shopper->One-tap order
One-tap order->Wallets
Wallets->Card payment
"""
EMERGING_LATER = EMERGING.replace("One-tap order [0.80, 0.20]", "One-tap order [0.80, 0.34]")
"""Three weeks on: one of the two predicted moves is more than half done."""
EMERGING_AT_LAST = EMERGING_LATER.replace("Wallets [0.60, 0.45]", "Wallets [0.60, 0.58]")
"""Six weeks later so is the other."""

SEARCH_MARKET = """
title Finding things in a shop
anchor Shopper [0.97, 0.58]
component Search [0.85, 0.48]
component Ranking [0.68, 0.28]
component Index [0.45, 0.82] (build)
component Hosting [0.15, 0.93] (outsource)
Shopper->Search
Search->Ranking
Search->Index
Index->Hosting
"""
SEARCH_ORGANISATION = """
title Who has to say yes to a way of finding
anchor Team search [0.95, 0.52]
component Releases [0.80, 0.60]
component Index operations [0.55, 0.72] (build)
component terms and legal [0.62, 0.42] inertia
Team search->Releases
Releases->Index operations
Releases->terms and legal
"""
