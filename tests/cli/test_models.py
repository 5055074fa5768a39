"""What is at hand, and fetching."""


def test_the_embedded_model_is_listed_whether_or_not_it_is_there(call):
    said = call("models")
    assert (said.code, said.err) == (0, "")
    assert "smollm2" in said.out
    assert call("models", "list").out == said.out


def test_as_json_it_is_one_list(call):
    (found,) = call("models", "--json").json
    assert (found["name"], found["kind"], found["cached"], found["licence"]) == (
        "smollm2", "embedded", False, "Apache-2.0"
    )  # fmt: skip
    assert found["size"] > 10**8


def test_a_folder_is_checked_and_its_place_told(call, small):
    said = call("models", "fetch", small)
    assert said.code == 0
    assert said.out.strip() == str(small)


def test_what_is_not_there_is_refused(call):
    said = call("models", "fetch", "./nowhere")
    assert said.code == 2
    assert said.err.startswith("polariscope: MODEL: ")
