#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Every model of docs/formal/pv and cv has a result of just this text, and each
verdict is the one that the model expects."""

import sys
from pathlib import Path


def check(path, models):
    """What is wrong with one model's result."""
    text = path.read_text(encoding="utf-8")
    results = path.with_suffix(".results")
    if not results.exists():
        return [f"{path.name}: no result; run run.py in its folder"]
    digest, verdicts = models.read_results(results)
    if digest != models.digest(text):
        return [f"{path.name}: changed since its result; run run.py in its folder"]
    if path.suffix == ".cv":
        wanted = "unproved" if path.name.startswith("control_") else "proved"
        wrong = [name for name, verdict in verdicts.items() if verdict != wanted]
        return [f"{path.name}: {name}: {verdicts[name]}" for name in wrong] or \
            ([] if verdicts else [f"{path.name}: no claims"])
    expected = {name: verdict for verdict, name, _ in models.claims(text)}
    if expected != verdicts or not expected:
        return [f"{path.name}: the result's verdicts are not the expected ones"]
    return []


def main(root):
    formal = root / "docs/formal"
    sys.path.insert(0, str(formal))
    import models
    paths = sorted(formal.glob("pv/*.pv")) + sorted(formal.glob("cv/*.cv"))
    wrong = [line for path in paths for line in check(path, models)]
    strays = [p for p in formal.glob("[pc]v/*.results")
              if not (p.with_suffix(".pv").exists() or p.with_suffix(".cv").exists())]
    wrong += [f"{p.name}: a result without a model" for p in strays]
    print("\n".join(wrong + [f"formal_results: {len(paths)} models, {len(wrong)} wrong"]))
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
