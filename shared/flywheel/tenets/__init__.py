"""The twelve tenets and the signals that tell how each is lived."""
