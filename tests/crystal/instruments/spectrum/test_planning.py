"""A plan's cells: what can refuse first, what is there is used again, what can change an outcome is in them."""

import sys
from dataclasses import replace

import pytest

from polariscope.crystal.instruments.spectrum.experiment import make_spectrum
from polariscope.crystal.instruments.spectrum.planning import MEASURE_VERSION, make_plan
from polariscope.crystal.instruments.spectrum.subjects import find_subject
from spectrum_runs import OWN


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The user's module in the current folder; its text can be written again."""
    monkeypatch.chdir(tmp_path)

    def written(text=OWN):
        (tmp_path / "planned_module.py").write_text(text)
        sys.modules.pop("planned_module", None)
        return "planned_module:network"

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield written
    sys.modules.pop("planned_module", None)


def plan(subject, **fields):
    experiment = make_spectrum(subject=subject, **fields)
    return make_plan(experiment, find_subject(experiment))


def kinds(made):
    return [cell.parameters["kind"] for cell in made.cells]


def kept(one, other):
    """Kinds of the cells that the other plan finds in the first."""
    there = {cell.identity for cell in one.cells}
    return [cell.parameters["kind"] for cell in other.cells if cell.identity in there]


def test_controls_come_first_and_the_costly_last(own):
    assert kinds(plan("ring")) == ["check", "lattice", "end", "end", "density", "exact"]
    assert kinds(plan("landau")) == ["check", "lattice", "track", "end", "end", "density", "exact"]
    assert kinds(plan("sbm")) == ["check", "graph", "rewired", "end", "end", "density", "exact"]
    assert kinds(plan("sbm", rewired=0)) == ["check", "graph", "end", "end", "density", "exact"]
    told = kinds(plan(own(), relabelled=19))
    assert told == ["check", "loss", "relabelled", "end", "end", "density", "exact"]


def test_every_cell_carries_the_subject_and_the_version():
    made = plan("ring")
    assert {cell.measure_version for cell in made.cells} == {MEASURE_VERSION}
    assert {cell.instrument for cell in made.cells} == {"spectrum"}
    assert len({cell.parameters["matrix"] for cell in made.cells}) == 1
    assert (made.experiment["model"], made.experiment["family"], made.experiment["top"]) == ("ring", "lattice", 5)


def test_more_probes_use_those_that_are_there():
    eight, more = plan("ring"), plan("ring", probes=20)
    assert [cell.parameters["first"] for cell in more.cells if "first" in cell.parameters] == [0, 8, 16]
    assert [cell.parameters["probes"] for cell in more.cells if "probes" in cell.parameters] == [8, 8, 4]
    assert kept(eight, more) == kinds(eight)
    assert eight.identity != more.identity


def test_a_matrix_too_large_to_write_out_has_no_exact_cell(monkeypatch):
    monkeypatch.setattr("polariscope.crystal.instruments.spectrum.planning.EXACT_LIMIT", 63)
    assert "exact" not in kinds(plan("ring"))
    assert "exact" in kinds(plan("landau"))


def test_counts_end_at_the_matrix():
    made = plan("training")
    assert [cell.parameters["count"] for cell in made.cells if cell.parameters["kind"] == "end"] == [5, 5]
    made = plan("training", top=60, bottom=60)
    assert [cell.parameters["count"] for cell in made.cells if cell.parameters["kind"] == "end"] == [6, 6]


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"level": 0.9}, ["check", "graph", "rewired", "end", "end", "density", "exact"]),
        ({"seed": 1}, ["exact"]),
        ({"rewired": 29}, ["check", "graph", "end", "end", "density", "exact"]),
        ({"steps": 30}, ["check", "graph", "rewired", "end", "end", "exact"]),
        ({"tolerance": 1e-6}, ["check", "graph", "rewired", "exact"]),
        ({"matrix": "normalized"}, []),
    ],
)
def test_a_field_makes_only_those_cells_new_whose_readings_it_can_change(fields, same):
    assert kept(plan("sbm"), plan("sbm", **fields)) == same


def test_another_top_leaves_the_other_end_and_the_controls():
    found = kept(plan("sbm"), plan("sbm", top=7))
    assert {"check", "graph", "rewired", "exact"} < set(found)
    assert found.count("end") == 1


@pytest.mark.parametrize("name", ["ring", "diatomic", "sbm", "cycle"])
def test_subjects_share_no_cell_even_where_their_matrices_agree(name):
    others = [other for other in ("ring", "diatomic", "sbm", "cycle") if other != name]
    assert all(kept(plan(name), plan(other)) == [] for other in others)


def test_a_graph_file_is_known_by_what_it_holds(tmp_path):
    (tmp_path / "first").write_text("a b 2\nb c\n")
    one = plan(str(tmp_path / "first"))
    for name, content, same in (
        ("again", "# the same\na b 2.0\nb c 1\n", kinds(one)),
        ("weight", "a b 2\nb c 1.0000001\n", []),
        ("name", "a b 2\nb d\n", []),  # readings tell the members of communities by name
    ):
        (tmp_path / name).write_text(content)
        assert kept(one, plan(str(tmp_path / name))) == same, name


def test_weights_that_a_normalized_laplacian_does_not_see_are_seen(tmp_path):
    """Four times the weights have the same one, to the last bit, but another Fiedler value."""
    for name, weight in (("one", 1), ("four", 4)):
        (tmp_path / name).write_text(f"a b {weight}\nb c {weight}\n")
    one, four = (plan(str(tmp_path / name), matrix="normalized") for name in ("one", "four"))
    assert one.cells[0].parameters["matrix"] == four.cells[0].parameters["matrix"]
    assert kept(one, four) == []


CHANGES = {
    "a weight": ("return model,", "model[0].weight.data[0, 0] += 1e-9; return model,"),
    "a bias": ("return model,", "model[2].bias.data[1] += 1e-9; return model,"),
    "a data byte": ("return model,", "inputs[3, 1] += 1e-9; return model,"),
    "a target": ("(inputs[:, 0] > 0)", "(inputs[:, 0] > 0.3)"),
    "the code alone": ("import torch\n", "import torch  # now with a comment\n"),
    "the loss": ("nn.functional.cross_entropy", "nn.CrossEntropyLoss(label_smoothing=0.1)"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_whatever_of_a_loss_changes_makes_every_cell_new(own, old, new):
    assert old in OWN
    before = plan(own())
    assert kept(before, plan(own())) == kinds(before)
    assert kept(before, plan(own(OWN.replace(old, new)))) == []


@pytest.mark.parametrize(
    "fields", [{"matrix": "gauss-newton"}, {"parameters": ("0.*",)}, {"dtype": "float32"}, {"batch": 5}]
)
def test_another_part_or_form_of_the_loss_makes_every_cell_new(own, fields):
    assert kept(plan(own()), plan(own(), **fields)) == []


def test_the_identity_tells_weights_data_and_code_apart(own):
    """Each by a digest of its own: a change of one leaves the others'."""
    before = plan(own()).cells[0].parameters
    for what, told in (("a weight", "weights"), ("a data byte", "data")):
        after = plan(own(OWN.replace(*CHANGES[what]).replace("1e-9", "1e-40"))).cells[0].parameters
        # 1e-40 vanishes beside a number of order 1: only the code has changed.
        assert {name for name in before if before[name] != after[name]} == {"code"}
        after = plan(own(OWN.replace(*CHANGES[what]))).cells[0].parameters
        assert {"code", told} <= {name for name in before if before[name] != after[name]} <= {"code", told, "loss"}


def test_paths_that_end_alike_have_cells_of_their_own():
    landau = find_subject(make_spectrum(subject="landau"))
    path = landau.path
    other = replace(path, operators=(*path.operators[1:-1], path.operators[0], path.operators[-1]))
    moved = replace(path, at=[2 * at for at in path.at])
    made = [
        make_plan(make_spectrum(subject="landau"), replace(landau, path=each)) for each in (path, other, moved)
    ]
    tracks = {cell.identity for one in made for cell in one.cells if cell.parameters["kind"] == "track"}
    assert len(tracks) == 3
    assert kept(made[0], made[1]) == [kind for kind in kinds(made[0]) if kind != "track"]
