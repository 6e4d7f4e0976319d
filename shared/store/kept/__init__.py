"""Items that count for nothing and are kept all the same: rejections, dead letters, ignored deliveries."""
