# cython: language_level=3
"""The stages' loops over the links of a page, in C.

What they do and why is said in `link_labels`, `outbound_counts` and `page_encoder`, which do without them, too. The
tests hold the results of both equal.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_SetDefault
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport uint32_t
from libc.string cimport memcpy

from zlib import crc32

from backlink_spider.link_fields cimport field, field_offset, replace_field

from link_index.documents import GROUP, k_bytes
from backlink_spider.items import Link
from link_index.urls import Target
from pipelines import link_segments
from pipelines.link_segments import label_segment, page_segments, row_of, target_segment, unusual_texts

cdef Py_ssize_t TARGET_AT = field_offset(Link.target)
cdef Py_ssize_t LINK_TYPE_AT = field_offset(Link.link_type)
cdef Py_ssize_t ANCHOR_AT = field_offset(Link.anchor)
cdef Py_ssize_t REL_AT = field_offset(Link.rel)
cdef Py_ssize_t PLACEMENT_AT = field_offset(Link.placement)
cdef Py_ssize_t TEXT_BEFORE_AT = field_offset(Link.text_before)
cdef Py_ssize_t TEXT_AFTER_AT = field_offset(Link.text_after)
cdef Py_ssize_t LABEL_AT = field_offset(Link.label)
cdef Py_ssize_t IS_INTERNAL_AT = field_offset(Link.is_internal)
cdef Py_ssize_t HIDDEN_AT = field_offset(Link.hidden)
cdef Py_ssize_t DOMAIN_AT = field_offset(Target.domain)
cdef Py_ssize_t SEGMENT_AT = field_offset(Target.segment)
cdef Py_ssize_t TEXT_ROW_AT = field_offset(Target.text_row)

cdef bytes ID = link_segments.ID
cdef bytes ANCHOR = link_segments.ANCHOR
cdef bytes BEFORE = link_segments.BEFORE
cdef bytes AFTER = link_segments.AFTER
cdef bytes TIMES = link_segments.TIMES
cdef tuple SMALL_K = tuple([k_bytes(k) for k in range(256)])


cdef class _Counted:
    cdef object label
    cdef Py_ssize_t links


def label_links(list links, label_of):
    """`link_labels.label_links`."""
    cdef dict rels = {}, counts = {}
    cdef _Counted counted = None
    rel = None
    for link in links:
        if type(link) is not Link:
            raise TypeError(f"A page's links are Links, not {link!r}")
        # Links of a kind stand together: mostly the last one's label is this one's.
        if field(link, REL_AT) is not rel:
            rel = field(link, REL_AT)
            counted = rels.get(rel)
            if counted is None:
                counted = rels[rel] = _Counted()
                counted.label = label_of(rel)
        counted.links += 1
        replace_field(link, LABEL_AT, counted.label)
    for counted in rels.values():
        counts[counted.label] = counts.get(counted.label, 0) + counted.links
    return counts


def count_links(list links, str domain):
    """`outbound_counts.count_links`."""
    cdef Py_ssize_t external = 0, dofollow = 0, nofollow = 0
    cdef set domains = set()
    cdef bint is_internal = False, follows = False, says_nofollow = False
    label = last_domain = None
    for link in links:
        if type(link) is not Link:
            raise TypeError(f"A page's links are Links, not {link!r}")
        target = field(link, TARGET_AT)
        if type(target) is not Target:
            raise TypeError(f"A link leads to a Target, not to {target!r}")
        target_domain = field(target, DOMAIN_AT)
        if target_domain is not last_domain:
            last_domain, is_internal = target_domain, target_domain == domain
            if not is_internal:
                domains.add(target_domain)
        replace_field(link, IS_INTERNAL_AT, is_internal)
        if not is_internal:
            external += 1
        if field(link, LABEL_AT) is not label:
            label = field(link, LABEL_AT)
            follows = says_nofollow = False
            if label is not None:
                follows, says_nofollow = label.dofollow, label.nofollow
        dofollow += follows
        nofollow += says_nofollow
    return external, dofollow, nofollow, domains


cdef inline char *put(char *at, bytes part) noexcept:
    memcpy(at, PyBytes_AS_STRING(part), PyBytes_GET_SIZE(part))
    return at + PyBytes_GET_SIZE(part)


cdef inline char *put_int32(char *at, uint32_t number) noexcept:
    at[0] = number & 0xFF
    at[1] = number >> 8 & 0xFF
    at[2] = number >> 16 & 0xFF
    at[3] = number >> 24 & 0xFF
    return at + 4


cdef inline char *put_string(char *at, bytes name, const char *text, Py_ssize_t size) noexcept:
    """A string element up to its text's end; the zero byte is the next element's first."""
    at = put_int32(put(at, name), <uint32_t>(size + 1))
    memcpy(at, text, size)
    return at + size


# Labels with their segments, of the pages with the same causes of nofollow: a link's label depends on those and its rel.
cdef dict _labels = {}


cdef dict labels_of(tuple page_nofollow_by):
    labels = _labels.get(page_nofollow_by)
    if labels is None or len(<dict>labels) >= link_segments.MAX_LABELS:
        labels = _labels[page_nofollow_by] = {}
    return labels


cdef class _Buffer:
    cdef char *bytes
    cdef Py_ssize_t size, capacity

    def __dealloc__(self):
        PyMem_Free(self.bytes)

    cdef char *end(self, Py_ssize_t room) except NULL:
        """Where so many bytes more can be put."""
        if self.size + room > self.capacity:
            capacity = 2 * (self.size + room)
            grown = <char *>PyMem_Realloc(self.bytes, capacity)
            if grown == NULL:
                raise MemoryError
            self.bytes, self.capacity = grown, capacity
        return self.bytes + self.size


def folded(list links):
    """`page_encoder.folded`."""
    cdef dict rows = {}, occurrences = {}, variants = {}, next_k = {}
    for link in links:
        if type(link) is not Link:
            raise TypeError(f"A page's links are Links, not {link!r}")
        link_type, target = field(link, LINK_TYPE_AT), field(link, TARGET_AT)
        if type(target) is not Target:
            raise TypeError(f"A link leads to a Target, not to {target!r}")
        row = field(target, TEXT_ROW_AT) if link_type == "text" else None
        if row is None:
            row = row_of(target, link_type)
        first = <object>PyDict_SetDefault(rows, row, link)
        if first is link:
            continue
        rel, anchor = field(link, REL_AT), field(link, ANCHOR_AT)
        if anchor != field(first, ANCHOR_AT) or rel != field(first, REL_AT):
            variant = (row, anchor, rel)
            known = variants.get(variant)
            if known is None:
                k = next_k[row] = next_k.get(row, 0) + 1
                known = variants[variant] = row[:GROUP] + (SMALL_K[k] if k < 256 else k_bytes(k))
                rows[known] = link
                continue
            row, first = known, rows[known]
        if field(first, HIDDEN_AT) and not field(link, HIDDEN_AT):
            replace_field(first, HIDDEN_AT, "")
        occurrences[row] = occurrences.get(row, 1) + 1
    return rows, occurrences


def encode_links(page, dict rows, dict occurrences):
    """`page_encoder.encode_links`."""
    cdef bytes source, tail, segment, labelled, own, head = ID + page.target.hash8
    cdef bytes packed = PyBytes_FromStringAndSize(NULL, 12 * len(rows))
    cdef char *packed_at = PyBytes_AS_STRING(packed)
    cdef char *at
    cdef Py_ssize_t length
    cdef set domains = set()
    cdef dict labels = labels_of(page.nofollow_by)
    cdef _Buffer documents = _Buffer(), texts = _Buffer()
    documents.end(64_000)
    link_type = rel = placement = is_internal = hidden = labelled = digest = None
    source, tail = page_segments(page)
    for row, link in rows.items():
        target = field(link, TARGET_AT)
        segment = field(target, SEGMENT_AT) or target_segment(target)
        # Links of a kind stand together: mostly the last one's label is this one's.
        if not (
            field(link, REL_AT) is rel
            and field(link, LINK_TYPE_AT) is link_type
            and field(link, PLACEMENT_AT) is placement
            and field(link, IS_INTERNAL_AT) is is_internal
            and field(link, HIDDEN_AT) is hidden
        ):
            link_type, rel = field(link, LINK_TYPE_AT), field(link, REL_AT)
            placement, is_internal = field(link, PLACEMENT_AT), field(link, IS_INTERNAL_AT)
            hidden = field(link, HIDDEN_AT)
            key = (link_type, rel, is_internal, placement, hidden)
            found = labels.get(key)
            if found is None or found[0] is not field(link, LABEL_AT):
                found = labels[key] = link.label, *label_segment(link)
            _, labelled, digest = found
        own = _own(texts, link, occurrences.get(row, 1) if occurrences else 1)
        length = 4 + len(head) + 8 + len(source) + len(segment) + len(own) + len(labelled) + len(tail)
        at = put_int32(documents.end(length), <uint32_t>length)
        at = put(put(put(put(at, head), <bytes>row), source), segment)
        put(put(put(at, own), labelled), tail)
        documents.size += length
        packed_at = put_int32(put(packed_at, <bytes>row), crc32(own, digest))
        if not is_internal:
            domains.add(field(target, DOMAIN_AT))
    return PyBytes_FromStringAndSize(documents.bytes, documents.size), packed, domains


cdef bytes _own(_Buffer texts, link, uint32_t times):
    """The elements that are this link's alone: its texts and how often it occurs."""
    cdef Py_ssize_t anchor_size, before_size, after_size
    cdef const char *anchor
    cdef const char *before
    cdef const char *after
    cdef char *start
    cdef char *at
    try:
        anchor = PyUnicode_AsUTF8AndSize(field(link, ANCHOR_AT), &anchor_size)
        before = PyUnicode_AsUTF8AndSize(field(link, TEXT_BEFORE_AT), &before_size)
        after = PyUnicode_AsUTF8AndSize(field(link, TEXT_AFTER_AT), &after_size)
    except UnicodeEncodeError:
        return unusual_texts(link) + link_segments.TIMES + link_segments.int32(times)
    start = texts.end(100 + anchor_size + before_size + after_size)
    at = put_string(start, ANCHOR, anchor, anchor_size)
    at = put_string(at, BEFORE, before, before_size)
    at = put_string(at, AFTER, after, after_size)
    at = put_int32(put(at, TIMES), times)
    return PyBytes_FromStringAndSize(start, at - start)
