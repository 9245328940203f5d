"""Draws kg/lexicon/{methods,models,benchmarks,tasks,metrics}.tsv from the public name lists.

usage: python bench/lexicon_build.py NAMES_FOLDER [OUT_FOLDER]

NAMES_FOLDER holds the lists (`names/` of the shared data), OUT_FOLDER defaults to kg/lexicon. Running it again
gives the same bytes. What is left out: spam and artefacts (markup, questions, phone numbers, prices), names
without letters, names longer than eight words, single words that are plain English in small letters, names
of one letter, hosting prefixes and suffixes of model ids (`hf_`, `lmdeploy_`, `us.anthropic.`, `-GGUF`), dated
snapshots, prompt variants of a suite (`… (5-shot)`), and the configurations of a training run.
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.lexicon.load import FOLDER, key, singular, words
from kg.text import slug

Row = tuple[str, str, tuple[str, ...], str, tuple[str, ...]]  # kind, name, aliases, source, flags

SPAM = re.compile(
    r"expedia|airline|refund|robinhood|coinbase|\bhow (?:do|can|to)\b|customer (?:service|support)|call now|phone"
    r"|deleted (?:method|task)|autotrain|autoeval|\btest\b.*\btest\b|https?:|[?!]{1}$|\$\d|\+1[-(]|\d{3}-\d{4}"
    r"|casino|\bcrypto\b.*\bnumber\b|[{}<>|=~\\]|^\W|\bqty\b",
    re.IGNORECASE,
)
SHOTS = re.compile(
    r"\((?:\d+|zero|one|few)[- ]?shot|\d+[- ](?:shot|way|fold)|\bepochs?\b|\btrain(?:ing)? size\b", re.I
)
MODEL_COLLECTIONS = {
    "Language Models",
    "Autoencoding Transformers",
    "Autoregressive Transformers",
    "Convolutional Neural Networks",
    "Vision Transformers",
    "Image Models",
    "Object Detection Models",
    "One-Stage Object Detection Models",
    "Semantic Segmentation Models",
    "Instance Segmentation Models",
    "Vision and Language Pre-Trained Models",
    "Image Generation Models",
    "Image Segmentation Models",
    "Backbone Architectures",
    "Text-to-Speech Models",
    "Generative Audio Models",
    "Generative Video Models",
    "Light-weight neural networks",
    "3D Object Detection Models",
    "Code Generation Transformers",
    "Pose Estimation Models",
    "Speech Recognition",
    "Sequence To Sequence Models",
    "Point Cloud Models",
    "Image Representations",
    "Video Recognition Models",
    "Language Model Pre-Training",
}
CLASSES = re.compile(
    r"\b(?:network|networks|autoencoder|transformer|transformers|model|models|learning|LSTM|GAN|RNN|CNN|attention"
    r"|convolution|sampling|optimization|search|regression|machine|machines|decoder|encoder|GRU)$",
    re.IGNORECASE,
)


def cells(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def sound(name: str, common: frozenset[str]) -> bool:
    """A name worth knowing; the module's docstring says what is left out."""
    if len(name) < 2 or len(name) > 80 or SPAM.search(name) or SHOTS.search(name):
        return False
    if not re.search(r"[A-Za-z]{2}|[A-Za-z]\d|\d[A-Za-z]", name) or len(name.split()) > 8:
        return False
    if not name.isascii() and not all(c.isalpha() or ord(c) < 128 for c in name):
        return False
    return not (name in common or (len(name) == 2 and not name.isupper()))


def flags_of(name: str, aliases: Iterable[str], common: frozenset[str]) -> tuple[str, ...]:
    """`case` for short or single-word names, `context` where the small letters are plain English."""
    single = [n for n in (name, *aliases) if re.fullmatch(r"[A-Za-z]+", n)]
    found = set()
    for n in single:
        if n.lower() in common or singular(n.lower()) in common:
            found |= {"case"} if n[1:] != n[1:].lower() else {"case", "context"}
        elif len(n) <= 5 or n.isupper():
            found.add("case")
    return tuple(sorted(found))


def methods(folder: Path, common: frozenset[str]) -> Iterator[Row]:
    for row in cells(folder / "methods_pwc.tsv"):
        short, full = " ".join(row["name"].split()), " ".join(row["full_name"].split())
        full = full.split(": ")[0] if ": " in full else full
        short = re.sub(r"\s*\([^()]*\)$", "", short)
        if not sound(short, common):
            continue
        if not sound(full, common) or len(full.split()) > 8 or (full in common):
            full = short
        collections = set(row["collections"].split("; "))
        model = bool(collections & MODEL_COLLECTIONS) and not CLASSES.search(full) and not CLASSES.search(short)
        names = (full, short) if len(full.split()) > 1 and key(full) != key(short) else (short,)
        kind = "Model" if model else "Method"
        # The long form alone carries no case rule: only the short one does.
        if len(names) == 2 and flags_of(short, (), common):
            flags = flags_of(short, (), common)
            yield kind, full, (short,), "methods_pwc", flags
        else:
            yield kind, names[0], names[1:], "methods_pwc", flags_of(names[0], (), common)


def split_long_form(name: str) -> tuple[str, tuple[str, ...]]:
    """`X (Long form of X)` and `X: A dataset of …` as name and aliases.

    What begins with another letter is a part or a level of X ("DecodingTrust - Fairness", "Video QA
    (Level 3)"), not its long form.
    """
    short, aliases = _split(name)
    return short, tuple(alias for alias in aliases if alias[:1].lower() == short[:1].lower())


def _split(name: str) -> tuple[str, tuple[str, ...]]:
    if match := re.fullmatch(r"([^():]{2,40}?)\s*\(([^()]{6,80})\)", name):
        inner = match[2].strip()
        keeps = len(inner.split()) > 1 and inner[0].isupper()
        return match[1].strip(), ((inner,) if keeps else ())
    if match := re.match(r"([^:]{2,30}): [A-Z]", name):
        return match[1].strip(), ()
    if match := re.fullmatch(r"([A-Z][^()-]{2,12}) - (.{6,80})", name):
        return match[1].strip(), (match[2].strip(),)
    return name, ()


def benchmarks(folder: Path, common: frozenset[str]) -> Iterator[Row]:
    def one(raw: str, source: str) -> Iterator[Row]:
        name, aliases = split_long_form(" ".join(raw.split()))
        name = re.sub(r"\s+(?:dataset|benchmark|corpus|data set)$", "", name, flags=re.I)
        aliases = tuple(a for a in aliases if sound(a, common))
        if sound(name, common) and not re.match(
            r"(?:A|An|The|On|Towards?|Is|Are|Can|Do|Does|How|What|Why) ", name
        ):
            if name.islower() and " " in name and all(w in common for w in name.split()):
                return
            yield "Benchmark", name, aliases, source, flags_of(name, (), common)

    for row in cells(folder / "datasets_common_pwc.tsv"):
        yield from one(row["name"], "datasets_common_pwc")
    for row in cells(folder / "benchmarks_suites.tsv"):
        if row["source"] in ("mteb", "tfds", "ecosystem-graphs", "helm") and not re.search(
            r"[A-Z].*[A-Z0-9]|-", row["name"]
        ):
            continue
        if "_" in row["name"] or len(row["name"].split()) > 6:
            continue
        yield from one(row["name"], row["source"])
    for row in cells(folder / "benchmarks_pwc.tsv"):
        if len(row["name"].split()) <= 3:
            yield from one(row["name"], "benchmarks_pwc")
    for row in cells(folder / "datasets_hf_ids.tsv"):
        if row["paperswithcode_id"] and row["pretty_name"] and len(row["pretty_name"].split()) <= 4:
            yield from one(row["pretty_name"], "datasets_hf_ids")


HOSTING = re.compile(
    r"^(?:hf|vllm|lmdeploy|turbomind|openai|accounts|(?:us|eu|jp|apac|global|au)\.)(?:[_/]|(?<=\.))|^FW-|^GCP_",
    re.I,
)
PROVIDER = re.compile(r"^(?:anthropic|amazon|meta|mistral|cohere|ai21|stability|deepseek|qwen|google|openai)\.")
TRAILING = re.compile(
    r"[@:-]?v?\d?:?\d*(?:20\d{6})(?:-v\d(?::\d)?)?$"
    r"|[-_ ](?:gguf|awq|gptq|fp8|int4|int8|4bit|hf|mxfp)\b.*$|[:@].*$|\s*\(.*\)$"
    r"|-\d{4}$|-(?:latest|maas|tee)$",
    re.I,
)


def model_name(raw: str) -> str:
    """A model id without what a host adds: `us.anthropic.claude-sonnet-4-20250514-v1:0` → `claude-sonnet-4`."""
    name = HOSTING.sub("", " ".join(raw.split()))
    name = PROVIDER.sub("", name)
    for _ in range(2):
        name = TRAILING.sub("", name)
    name = name.rsplit("/", 1)[-1]
    if "_" in name:
        name = re.sub(r"(?<=\d)_(?=\d+(?:_|$))(?!\d+_?[bB])", ".", name).replace("_", "-")
    return name.strip(" -_.")


def models(folder: Path, common: frozenset[str]) -> Iterator[Row]:
    for row in cells(folder / "models.tsv"):
        if row["source"] == "timm":
            continue  # configurations of weights, not names that a text uses
        name = model_name(row["name"])
        if not sound(name, common) or not re.match(r"[A-Za-z]", name) or len(name.split()) > 5:
            continue
        if row["source"] == "litellm" and not re.search(r"\d", name):
            continue
        yield "Model", name, (), row["source"], flags_of(name, (), common)


def tasks(folder: Path, common: frozenset[str]) -> Iterator[Row]:
    listed = {" ".join(row["name"].split()) for row in cells(folder / "tasks_pwc.tsv")}
    listed |= {" ".join(row["task"].split()) for row in cells(folder / "task_hierarchy_pwc.tsv") if row["parent"]}
    for raw in sorted(listed):
        name, aliases = split_long_form(raw)
        plain = re.sub(r"[^A-Za-z -]", "", name)
        if not sound(name, common) or name != plain or not 2 <= len(re.split(r"[ -]", name)) <= 6:
            continue
        if not any(w.islower() or w.istitle() for w in name.split()):
            continue
        yield "Task", _sentence_case(name), tuple(a for a in aliases if sound(a, common)), "tasks_pwc", ()


def _sentence_case(name: str) -> str:
    return " ".join(w.lower() if w.istitle() else w for w in name.split(" "))


def metrics(folder: Path, common: frozenset[str]) -> Iterator[Row]:
    for row in cells(folder / "metrics_pwc.tsv"):
        name = " ".join(row["name"].split())
        if not sound(name, common) or len(name.split()) > 4 or re.search(r"[%:,;]|\d{2,}", name):
            continue
        if " " not in name and (name.lower() in common or name.istitle()):
            continue
        if " " in name and re.search(r"[A-Z]", name[1:]) and re.search(r"\b(?:on|of|for|set|in|Avg|All)\b", name):
            continue
        yield "Metric", name, (), "metrics_pwc", flags_of(name, (), common)


def written(rows: Iterable[Row]) -> str:
    """One file: rows of one id are joined (first spelling wins), sorted by id."""
    joined: dict[str, tuple[str, str, list[str], list[str], set[str]]] = {}
    for kind, name, aliases, source, flags in rows:
        known = joined.setdefault(slug(name), (kind, name, [], [], set(flags)))
        for alias in aliases:
            if key(alias) not in {key(n) for n in (known[1], *known[2])}:
                known[2].append(alias)
        if source not in known[3]:
            known[3].append(source)
    lines = ["kind\tname\taliases\tsource\tflags"]
    for kind, name, names, sources, marks in (joined[k] for k in sorted(joined)):
        lines.append("\t".join((kind, name, " | ".join(names), " ".join(sources), " ".join(sorted(marks)))))
    return "\n".join(lines) + "\n"


def build(folder: Path) -> dict[str, str]:
    """The files drawn from the lists in `folder`: file name → content."""
    common = words("common_words.txt")
    parts = {"methods": methods, "models": models, "benchmarks": benchmarks, "tasks": tasks, "metrics": metrics}
    return {f"{name}.tsv": written(part(folder, common)) for name, part in parts.items()}


def main() -> None:
    folder = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER
    for name, content in build(folder).items():
        (out / name).write_text(content, encoding="utf-8")
        sys.stderr.write(f"{name}: {content.count(chr(10)) - 1} entries\n")


if __name__ == "__main__":
    main()
