"""The domain, pure: numbers are functions of (events, as_of, settings). Its floors are in pyproject.toml."""
