"""The tests of symback. They need nothing from outside the checkout but the tools named in tools.py."""
