# SPDX-License-Identifier: GPL-2.0-or-later
"""Importers of external weights into the networks of this package.

There is one module per format and one table per family of architectures. Files are untrusted and
validated, and unmatched tensors are rejected by name.
"""
