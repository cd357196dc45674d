#!/bin/sh
# Remake models/news-tagger from the corpora beside the project: `make model`. Two idle cores take about three hours; OUT keeps what is between.
set -eu
SHARED=${SHARED:-../shared} OUT=${OUT:-build/model} PYTHON=${PYTHON:-.venv/bin/python}
GOLD=$SHARED/gold/train.jsonl DEV=$SHARED/gold/dev.jsonl ENCODER=$OUT/encoder
mkdir -p "$OUT"
export OMP_NUM_THREADS=1

tag() { $PYTHON -m training.tag --encoder "$ENCODER" --gold "$GOLD" --dev "$DEV" --threads 1 "$@"; }
export_model() { $PYTHON -m training.export --encoder "$ENCODER" --texts "$GOLD" --model "$1" --out "$2"; }
go_on() {
    tag --freeze 4 --conll "anercorp=$SHARED/ner/anercorp-train.conll" "aqmar=$SHARED/ner/aqmar-train-dev.conll" "$@"
}
silver() { $PYTHON -m training.distil --articles "$SHARED/raw/news-large.jsonl.xz" --gold "$GOLD" "$DEV" "$@"; }

# The encoder, adapted to Arabic news (training/adapt.py is how).
$PYTHON "$SHARED/encoder/unpack.py" "$ENCODER" --adapted

# Two teachers; a third of the gold is left out for the first, so that there are figures on articles that it has not seen.
tag --fold 0/3 --epochs 6 --seed 2 --out "$OUT/first" &
tag --epochs 6 --seed 1 --out "$OUT/second"
wait
export_model "$OUT/first" "$OUT/first-int8"
export_model "$OUT/second" "$OUT/second-int8"
$PYTHON -m training.evaluate --model "$OUT/first-int8" --gold "$GOLD" --fold 0/3

# Two students go on from the first with all the gold, two corpora, and articles that two models have labelled; they are averaged.
silver --teachers "$OUT/second-int8" "$OUT/first-int8" --count 1000 --out "$OUT/silver-a.npz"
go_on --start "$OUT/first" --epochs 2 --seed 12 --lr 2e-4 --head-lr 2e-3 --conll-share 0.4 --silver "$OUT/silver-a.npz" --out "$OUT/student-a" &
go_on --start "$OUT/first" --epochs 2 --seed 11 --lr 2e-4 --head-lr 2e-3 --conll-share 0.7 --out "$OUT/third"
export_model "$OUT/third" "$OUT/third-int8"
silver --teachers "$OUT/second-int8" "$OUT/third-int8" --count 600 --seed 1 --out "$OUT/silver-b.npz"
go_on --start "$OUT/third" --epochs 1 --seed 13 --lr 1.5e-4 --head-lr 1e-3 --conll-share 0.7 --silver "$OUT/silver-b.npz" --out "$OUT/student-b"
wait
$PYTHON -m training.average "$OUT/student-a" "$OUT/student-b" --out "$OUT/average"
export_model "$OUT/average" models/news-tagger
$PYTHON -m training.calibrate --model models/news-tagger --gold "$DEV"

# Events: the average goes on with their heads, on the gold and on articles that the pipeline as it is by now has labelled all else of.
like() {
    $PYTHON -m training.annotate --articles "$SHARED/raw/news-large.jsonl.xz" --like "$1" --topics training/topic_labels.tsv --out "$2"
}
like training/event_labels.tsv "$OUT/articles.jsonl"
events() {
    tag --freeze 4 --gold "$GOLD" "$OUT/articles.jsonl" --events "$SHARED/gold/events-train.jsonl" training/event_labels.tsv "$@"
}
last() {
    events --start "$OUT/events-b" --epochs 3 --lr 2e-4 --head-lr 2e-3 --conll-share 0.6 \
        --conll "anercorp=$SHARED/ner/anercorp-train.conll" "aqmar=$SHARED/ner/aqmar-train-dev.conll" "$@"
}
events --start "$OUT/average" --epochs 4 --seed 21 --lr 1.5e-4 --head-lr 1e-3 --out "$OUT/events-a"
events --start "$OUT/events-a" --epochs 6 --seed 31 --out "$OUT/events-b"
last --seed 41 --out "$OUT/events-c" &
last --seed 42 --out "$OUT/events-d"
wait
# What the average knew of the labels counts for three tenths; then the heads alone learn from what that makes of the encoder.
$PYTHON -m training.average "$OUT/events-c" "$OUT/events-d" --out "$OUT/events-e"
$PYTHON -m training.average "$OUT/events-e" "$OUT/average" --shares 0.7 0.3 --out "$OUT/events-f"
heads() {
    events --freeze 13 --epochs 2 --head-lr 1e-3 --conll-share 0.6 \
        --conll "anercorp=$SHARED/ner/anercorp-train.conll" "aqmar=$SHARED/ner/aqmar-train-dev.conll" "$@"
}
heads --start "$OUT/events-f" --seed 51 --out "$OUT/events-g"
heads --start "$OUT/events-g" --seed 52 --out "$OUT/events-h"
$PYTHON -m training.average "$OUT/events-h" "$OUT/events-g" --out "$OUT/events"

# 1,480 more articles, with labels of topics too: two trainings go on, and are averaged.
export_model "$OUT/events" models/news-tagger
$PYTHON -m training.calibrate --model models/news-tagger --gold "$DEV"
like training/event_labels_more.tsv "$OUT/more.jsonl"
more() {
    tag --freeze 4 --gold "$GOLD" "$OUT/articles.jsonl" "$OUT/more.jsonl" --start "$OUT/events" --epochs 3 --lr 2e-4 --head-lr 1e-3 \
        --events "$SHARED/gold/events-train.jsonl" training/event_labels.tsv training/event_labels_more.tsv \
        --conll "anercorp=$SHARED/ner/anercorp-train.conll" "aqmar=$SHARED/ner/aqmar-train-dev.conll" "$@"
}
more --seed 61 --out "$OUT/more-a" &
more --seed 62 --out "$OUT/more-b"
wait
$PYTHON -m training.average "$OUT/more-a" "$OUT/more-b" --out "$OUT/more"
export_model "$OUT/more" models/news-tagger
$PYTHON -m training.calibrate --model models/news-tagger --gold "$DEV"

# What chooses the parties of events is grown on 300 articles that no network has learned from.
like training/event_labels_choices.tsv "$OUT/choices.jsonl"
$PYTHON -m training.choices --model models/news-tagger --gold "$OUT/choices.jsonl" --events training/event_labels_choices.tsv
$PYTHON -m training.evaluate --model models/news-tagger --gold "$DEV" data/gold/articles.jsonl \
    --conll "anercorp=$SHARED/ner/anercorp-train.conll" "aqmar=$SHARED/ner/aqmar-train-dev.conll"
