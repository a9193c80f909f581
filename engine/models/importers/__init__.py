# SPDX-License-Identifier: GPL-2.0-or-later
"""Importers: weights of others, read with care and put into networks of ours.

One file for each format, one table for each family of architectures. Nothing is believed: a file
is data to be checked, and a tensor that fits nowhere is refused by name.
"""
