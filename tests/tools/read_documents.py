"""Opens graphs and SBOMs with the libraries that their readers use, and prints what they hold as JSON.

Usage: read_documents.py graphml|cyclonedx|spdx FILE
"""

import json
import pathlib
import sys

kind, file = sys.argv[1], sys.argv[2]


def graphml():
    import networkx

    graph = networkx.read_graphml(file)
    return {
        "nodes": {key: own for key, own in graph.nodes(data=True)},
        "edges": [[child, parent, own] for child, parent, own in graph.edges(data=True)],
        "forest": all(degree <= 1 for _, degree in graph.out_degree()) and networkx.is_directed_acyclic_graph(graph),
    }


def cyclonedx():
    from cyclonedx.model.bom import Bom
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = pathlib.Path(file).read_text()
    version = {"1.4": SchemaVersion.V1_4, "1.5": SchemaVersion.V1_5, "1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}[json.loads(text)["specVersion"]]
    error = JsonStrictValidator(version).validate_str(text)
    bom = Bom.from_json(json.loads(text))
    references = [bom.metadata.component.bom_ref.value] + [own.bom_ref.value for own in bom.components]
    chain, at = [], bom.metadata.component
    while at.pedigree and at.pedigree.ancestors:
        at = list(at.pedigree.ancestors)[0]
        chain.append(str(at.purl))
        references.append(at.bom_ref.value)
    known = set(references)
    loose = [own.ref.value for own in bom.dependencies if own.ref.value not in known]
    loose += [on.ref.value for own in bom.dependencies for on in own.dependencies if on.ref.value not in known]
    return {
        "error": str(error) if error else None,
        "unique": len(known) == len(references),
        "loose": [one for one in loose if one.startswith("pkg:oci/")],
        "chain": chain,
        "components": len(bom.components),
    }


def spdx():
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    document = parse_file(file)
    messages = [own.validation_message for own in validate_full_spdx_document(document)]
    return {
        "errors": messages,
        "packages": len(document.packages),
        "relationships": [
            [own.spdx_element_id, own.relationship_type.name, str(own.related_spdx_element_id), own.comment]
            for own in document.relationships
        ],
    }


print(json.dumps({"graphml": graphml, "cyclonedx": cyclonedx, "spdx": spdx}[kind]()))
