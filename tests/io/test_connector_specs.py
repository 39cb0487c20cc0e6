"""What connectors are configured with: both spellings, each mistake refused with the field's name, no secret shown."""

from __future__ import annotations

import json
import pickle

import jsonschema
import pytest

from h2o_frame_compat.io import connectors
from h2o_frame_compat.io.connectors import SecretRef, sink, sink_specs, source, source_specs

S3 = {"accessKeyID": "AK", "secretAccessKey": "swordfish"}
STRIDES = {"numPartitions": 4, "lowerBound": 0, "upperBound": 100, "partitionColumn": "id"}
FIELDS = {
    "s3": "accessKeyID secretAccessKey sessionToken pathStyle region endpoint partSize writeConcurrency",
    "azure": "accountKey sasToken containerName partitionSize writeConcurrency",
    "gcp": "credentials projectID endpoint partSize writeConcurrency",
    "jdbc": "secretParams driver table numPartitions lowerBound upperBound partitionColumn",
    "feature-store": "featureSetID featureSetVersion",
    "file": "",
}
SECRETS = {"accessKeyID", "secretAccessKey", "sessionToken", "accountKey", "sasToken", "credentials", "secretParams"}
FIELDS["minio"] = FIELDS["s3"]


def test_specs_have_the_documented_fields():
    found = {spec.uid: " ".join(field.name for field in spec.fields) for spec in source_specs()}
    assert found == FIELDS
    sinks = {spec.uid: [field.name for field in spec.fields] for spec in sink_specs()}
    assert sinks["feature-store"] == ["featureSetID", "featureSetVersion", "projectID", "featureSetName"]
    assert sinks["jdbc"] == ["secretParams", "driver", "table"]


@pytest.mark.parametrize("spec", [*source_specs(), *sink_specs()], ids=lambda spec: f"{spec.role}-{spec.uid}")
def test_schemas_are_json_schemas_with_secrets_write_only(spec):
    jsonschema.Draft202012Validator.check_schema(spec.schema)
    json.dumps(spec.schema)
    hidden = {name for name, field in spec.schema["properties"].items() if field.get("writeOnly")}
    assert hidden == SECRETS & {*spec.schema["properties"]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"no such field": 1}, spec.schema)


GOOD = [
    ("s3", {}), ("s3", S3), ("s3", {**S3, "sessionToken": "t", "partSize": 8 << 20}), ("gcp", {}),
    ("minio", {**S3, "endpoint": "http://x"}), ("azure", {"accountKey": "a"}), ("azure", {"sasToken": "a"}),
    ("jdbc", {"table": "t"}), ("jdbc", {"table": "(select 1 as x)", **STRIDES}),
    ("feature-store", {"featureSetID": "a", "featureSetVersion": "1.0"}),
]  # fmt: skip
BAD = [
    ("s3", {"accessKeyID": "a"}, "secretAccessKey"), ("s3", {"secretAccessKey": "a"}, "accessKeyID"),
    ("s3", {"sessionToken": "a"}, "accessKeyID"), ("s3", {**S3, "partSize": 1}, "partSize"),
    ("s3", {**S3, "partSize": "many"}, "partSize"), ("s3", {**S3, "pathStyle": "perhaps"}, "pathStyle"),
    ("s3", {**S3, "writeConcurrency": 0}, "writeConcurrency"),
    ("s3", {**S3, "writeConcurrency": True}, "writeConcurrency"),
    ("s3", {**S3, "accesKeyId": "x"}, "accesKeyId"), ("s3", {**S3, "secretAccessKey": 5}, "secretAccessKey"),
    ("minio", S3, "endpoint"), ("azure", {"accountKey": "a", "sasToken": "b"}, "sasToken"),
    ("jdbc", {}, "table"), ("jdbc", {"table": "t", "driver": "db2"}, "driver"),
    ("jdbc", {"table": "t", "lowerBound": 1}, "partitionColumn"),
    ("jdbc", {"table": "t", "numPartitions": 3}, "partitionColumn"),
    ("jdbc", {"table": "t", **STRIDES, "upperBound": None}, "upperBound"),
    ("jdbc", {"table": "t", **STRIDES, "numPartitions": None}, "numPartitions"),
    ("jdbc", {"table": "t", **STRIDES, "lowerBound": [1]}, "lowerBound"),
    ("jdbc", {"table": "t", "secretParams": ["a"]}, "secretParams"),
    ("feature-store", {"featureSetID": "a"}, "featureSetVersion"), ("feature-store", {}, "featureSetID"),
    ("feature-store", {"projectID": "a", "featureSetName": "b"}, "projectID"),
]  # fmt: skip
LOCATIONS = {"azure": "az://c/x.csv", "gcp": "gs://b/x.csv", "jdbc": "postgresql://h/d", "feature-store": None}


@pytest.mark.parametrize(("uid", "config"), GOOD)
def test_what_is_right_is_taken_in_both_spellings_and_by_the_schema(uid, config):
    spec = next(spec for spec in source_specs() if spec.uid == uid)
    names = {field.name: field.snake for field in spec.fields}
    assert spec.validated(config) == spec.validated({names[name]: value for name, value in config.items()})
    jsonschema.validate(config, spec.schema)


@pytest.mark.parametrize(("uid", "config", "field"), BAD)
def test_what_is_wrong_is_refused_with_the_name_of_the_field(uid, config, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        source(uid, config, location=LOCATIONS.get(uid, "s3://b/x.csv"))


@pytest.mark.parametrize(
    ("uid", "config", "location", "mime_type", "field"),
    [
        ("s4", {}, "s3://b/x.csv", None, "spec_uid"),
        ("s3", None, "gs://b/x.csv", None, "location"),
        ("s3", {}, None, None, "location"),
        ("s3", {}, "s3://", "text/csv", "location"),
        ("s3", {}, "s3://b/x", None, "mime_type"),
        ("s3", {}, "s3://b/x.csv", "text/tsv", "mime_type"),
        ("s3", {}, "s3://b/x.csv", "jdbc", "mime_type"),
        ("s3", "accessKeyID=a", "s3://b/x.csv", None, "config"),
        ("file", {"region": "r"}, "x.csv", None, "region"),
        ("file", {}, "ftp://x/y.csv", None, "location"),
        ("jdbc", {"table": "t"}, "postgresql://h/d", "text/csv", "mime_type"),
        ("feature-store", {"featureSetID": "a", "featureSetVersion": "1"}, "x", None, "location"),
        ("feature-store", {"featureSetID": "a", "featureSetVersion": "1"}, None, "text/csv", "mime_type"),
        ("azure", {"containerName": "other"}, "az://c/x.csv", None, "containerName"),
        ("azure", {}, "https://a.blob.core.windows.net", "text/csv", "containerName"),
    ],
)
def test_what_does_not_fit_the_connector_is_refused(uid, config, location, mime_type, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        source(uid, config, location=location, mime_type=mime_type)


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"featureSetID": "a", "featureSetVersion": "1", "projectID": "p", "featureSetName": "n"}, "projectID"),
        ({"projectID": "p"}, "featureSetName"),
        ({"featureSetName": "p"}, "projectID"),
        ({"featureSetVersion": "1"}, "featureSetID"),
    ],
)
def test_a_feature_set_is_there_or_is_made(config, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        sink("feature-store", config)


def test_sinks_refuse_what_only_they_cannot_do(tmp_path):
    with pytest.raises(ValueError, match=r"^table: a query"):
        sink("jdbc", {"table": "(select 1)"}, location="postgresql://h/d")
    with pytest.raises(ValueError, match=r"^write_mode: "):
        sink("file", location=str(tmp_path / "x.csv"), write_mode="replace")
    with pytest.raises(ValueError, match=r"^location: .*\*"):
        sink("file", location=str(tmp_path / "*" / "x*.csv"))


def test_a_field_given_in_both_spellings_is_refused():
    with pytest.raises(ValueError, match=r"^accessKeyID: is given twice"):
        source("s3", {**S3, "access_key_id": "b"}, location="s3://b/x.csv")


def test_empty_fields_are_not_given():
    made = source("s3", {"accessKeyID": "", "secretAccessKey": None, "region": " "}, location="s3://b/x.csv")
    assert made.config == {}


def test_texts_of_a_form_are_numbers_and_truths():
    made = source("s3", {"partSize": "8388608", "pathStyle": "True"}, location="s3://b/x.csv")
    assert made.config == {"partSize": 8388608, "pathStyle": True}


@pytest.mark.parametrize("make", [source, sink])
def test_secrets_are_neither_printed_nor_pickled_nor_written_down(make, monkeypatch):
    made = make("s3", {**S3, "sessionToken": {"env": "TOKEN"}}, location="s3://b/x.csv")
    for text in (repr(made), str(made), repr(made.config), made.place):
        assert "swordfish" not in text
        assert "AK" not in text
    assert "TOKEN" in repr(made)
    with pytest.raises(TypeError, match="portable"):
        pickle.dumps(made)
    described, environment = made.portable()
    assert "swordfish" not in json.dumps(described)
    assert sorted(environment.values()) == ["AK", "swordfish"]
    for name, value in {**environment, "TOKEN": "t"}.items():
        monkeypatch.setenv(name, value)
    again = connectors.from_json(json.loads(json.dumps(described)))
    assert type(again) is type(made)
    assert [ref.resolve() for ref in again.secrets] == ["AK", "swordfish", "t"]
    assert again.portable() == (described, {})
    assert repr(pickle.loads(pickle.dumps(again))) == repr(again)


def test_secrets_come_from_variables_and_files(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("of a file\n")
    monkeypatch.setenv("KEY", "of a variable")
    assert SecretRef.parse(f"file:{tmp_path / 'key'}").resolve() == "of a file"
    assert SecretRef.parse("env:KEY").resolve() == "of a variable"
    assert SecretRef.parse("https://x?sig=1").resolve() == "https://x?sig=1"
    with pytest.raises(ValueError, match="variable NOT_THERE is not set"):
        SecretRef.parse("env:NOT_THERE").resolve()
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        SecretRef.parse(f"file:{tmp_path / 'no'}").resolve()


def test_a_wrong_name_of_a_secret_is_told_with_its_field():
    made = source("s3", {"accessKeyID": {"env": "NO_SUCH_VARIABLE"}, "secretAccessKey": "b"}, location="s3://b/x.csv")
    with pytest.raises(ValueError, match=r"^accessKeyID: the environment variable NO_SUCH_VARIABLE is not set"):
        made.check()


def test_a_signature_in_an_address_is_a_secret():
    made = source("azure", {}, location="https://acc.blob.core.windows.net/c/in/x.csv?sv=2024&sig=abc%3D")
    assert made.location == "https://acc.blob.core.windows.net/c/in/x.csv"
    assert made.config["sasToken"].resolve() == "sv=2024&sig=abc%3D"


@pytest.mark.parametrize(
    ("uid", "a", "b", "overlap"),
    [
        ("s3", "s3://b/in/x.csv", "s3a://b/in/x.csv", True),
        ("s3", "s3://b/in/*.csv", "s3://b/in/out/", True),
        ("s3", "s3://b/in/*.csv", "s3://b/out/", False),
        ("s3", "s3://b/in", "s3://b/in-scores", False),
        ("gcp", "gs://b/x.csv", "gcs://b/x.csv", True),
        ("azure", "https://a.blob.core.windows.net/c/x.csv", "abfss://c@a.dfs.core.windows.net/x.csv", True),
        ("azure", "https://a.blob.core.windows.net/c/x.csv", "https://other.blob.core.windows.net/c/x.csv", False),
        ("file", "in/../x.csv", "x.csv", True),
        ("file", "in/x.csv", "x.csv", False),
    ],
)
def test_a_sink_at_the_source_is_refused(uid, a, b, overlap):
    made = source(uid, {}, location=a, mime_type="text/csv"), sink(uid, {}, location=b, mime_type="text/csv")
    if overlap:
        with pytest.raises(ValueError, match=r"^sink: "):
            connectors.refuse_overlap(*made)
    else:
        connectors.refuse_overlap(*made)


@pytest.mark.parametrize(
    ("location", "uid"),
    [("in.csv", "file"), ("/a/b", "file"), ("S3://b/x", "s3"), ("gs://b", "gcp"), ("abfss://c@a/x", "azure"),
     ("jdbc:mysql://h/d", "jdbc"), ("postgres://h/d", "jdbc")],
)  # fmt: skip
def test_an_address_tells_its_connector(location, uid):
    assert connectors.spec_uid_of(location) == uid
    with pytest.raises(ValueError, match=r"^location: "):
        connectors.spec_uid_of("ftp://x")
