"""The template, unchanged, as a stack: reading it, deploying it, and the resource types that moto lacks."""
