"""Rounds made into figures: the median of each, and beside it the least and the greatest."""

import statistics


def rounded(value):
    """Rates and bytes are whole numbers; ratios and cycles keep three decimals."""
    return round(value, 3) if abs(value) < 1_000 and value != int(value) else round(value)


def summary(rounds):
    """[{name: value}, …] → {name: median, …, 'spread': {name: [least, greatest], …}}"""
    columns = {name: [one[name] for one in rounds] for name in rounds[0]}
    return {**{name: rounded(statistics.median(values)) for name, values in columns.items()},
            'spread': {name: [rounded(min(values)), rounded(max(values))] for name, values in columns.items()}}
