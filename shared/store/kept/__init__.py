"""What counts for nothing and is kept all the same: rejections, dead letters, ignored deliveries."""
