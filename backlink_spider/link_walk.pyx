# cython: language_level=3
# distutils: extra_compile_args = -O3
"""The hot loop of the page reader in C: one walk over Lexbor's tree, no Python object for a node.

Optional: without a compiler at installation the page is read by `link_collector` and what it imports, which hold the
rules and the reasons for them. Here stands the same again for what runs at every node and every `a` element, and
the tests hold both to the same links. Lexbor's functions are taken by name from the library that selectolax has
loaded; nodes are opaque, none of its structures is known here.
"""

from libc.stdint cimport uintptr_t
from libc.string cimport memchr, memcmp, memcpy
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from cpython.unicode cimport PyUnicode_AsUTF8AndSize, PyUnicode_DecodeUTF8

from selectolax import lexbor

from backlink_spider.anchor_text import MAX_CHARS
from backlink_spider.anchor_text import MAX_NODES as _MAX_NODES
from backlink_spider.anchor_text import STRUCTURED, TITLE, collapsed, is_longer
from backlink_spider.headings import HEADINGS, MAX_HEADINGS
from backlink_spider.headings import MAX_LENGTH as MAX_HEADING_LENGTH
from backlink_spider.headings import MAX_LOOKED_AT as MAX_HEADINGS_LOOKED_AT
from backlink_spider.hidden_links import MAX_LOOKS, OPENING, STATES, UNDONE_INSIDE, hidden_inside, hiding_reason
from backlink_spider.inline_style import MAX_STYLE, style_of
from backlink_spider.items import Link
from backlink_spider.link_collector import rel_tokens
from backlink_spider.link_context import A_FEW, MAX_LENGTH, MAX_STEPS, MAX_WORDS
from backlink_spider.link_targets import ANY_BASE, cached_outcome
from backlink_spider.link_targets import CACHED_LENGTH as _CACHED_LENGTH
from backlink_spider.page_limits import MAX_DECLARATIONS
from backlink_spider.placement import LANDMARKS, OUTERMOST, state_inside
from backlink_spider.tags import BASE, BLOCKS, BR, IMG, META, SVG, TEXT, UNSEEN, A, AREA, FORM, FRAME, IFRAME, LINK
from link_index.urls import Target, target

from backlink_spider.link_fields cimport field_offset, set_field

cdef extern from "Python.h":
    object PyType_GenericAlloc(type subtype, Py_ssize_t items)

cdef extern from "<dlfcn.h>" nogil:
    int RTLD_NOW
    void *dlopen(const char *path, int mode)
    void *dlsym(void *library, const char *name)

ctypedef void *(*node_of)(void *) noexcept nogil
ctypedef uintptr_t (*number_of)(void *) noexcept nogil
ctypedef int (*type_of_node)(void *) noexcept nogil
ctypedef const char *(*string_of)(void *, size_t *) noexcept nogil
ctypedef void *(*destroy_of)(void *, const char *) noexcept nogil

cdef node_of next_of, prev_of, parent_of, first_child_of, first_attribute_of, next_attribute_of
cdef number_of tag_of
cdef type_of_node type_of
cdef string_of attribute_name, attribute_local_name, attribute_value, text_of
cdef destroy_of destroy_text


cdef void *_function(void *library, bytes name) except NULL:
    cdef void *found = dlsym(library, name)
    if found == NULL:
        raise ImportError(f"This release of selectolax has no {name.decode()}.")
    return found


cdef void *_library = dlopen(lexbor.__file__.encode(), RTLD_NOW)
if _library == NULL:
    raise ImportError("selectolax's Lexbor cannot be opened.")
next_of = <node_of>_function(_library, b"lxb_dom_node_next_noi")
prev_of = <node_of>_function(_library, b"lxb_dom_node_prev_noi")
parent_of = <node_of>_function(_library, b"lxb_dom_node_parent_noi")
first_child_of = <node_of>_function(_library, b"lxb_dom_node_first_child_noi")
first_attribute_of = <node_of>_function(_library, b"lxb_dom_element_first_attribute_noi")
next_attribute_of = <node_of>_function(_library, b"lxb_dom_element_next_attribute_noi")
tag_of = <number_of>_function(_library, b"lxb_dom_node_tag_id_noi")
type_of = <type_of_node>_function(_library, b"lxb_dom_node_type_noi")
attribute_name = <string_of>_function(_library, b"lxb_dom_attr_qualified_name")
attribute_local_name = <string_of>_function(_library, b"lxb_dom_attr_local_name_noi")
attribute_value = <string_of>_function(_library, b"lxb_dom_attr_value_noi")
text_of = <string_of>_function(_library, b"lxb_dom_node_text_content")
destroy_text = <destroy_of>_function(_library, b"lxb_dom_document_destroy_text_noi")


def tags_in(bytes body):
    """How many tags begin in a body, at most: a tenth of the cost of `body.count(b"<")`."""
    cdef const char *text = body
    cdef Py_ssize_t i, start, found = 0, size = len(body)
    cdef unsigned char some  # a byte wide, so that the compiler counts many at once
    for start in range(0, size, 192):
        some = 0
        for i in range(start, min(start + 192, size)):
            some += text[i] == 60
        found += some
    return found


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
if len(Link.__slots__) != 10:
    raise ImportError("Links have other fields than those that are set here.")

# What an element is, one bit for each question; numbers beyond the known ones are names of the page's own.
cdef enum:
    KNOWN = 1024
    CARRIER = 1  # may be a link
    DECLARATION = 2  # meta or base
    LANDMARK = 4  # may change the placement
    BLOCK = 8
    NOT_SEEN = 16
    IS_STRUCTURED = 32
    HEADING = 64
    OPENS_ON_DEMAND = 128
    PLACED = 0xFF  # of a state: the number of the placement's; the number of the hidden one's is above
    ELEMENT = 1  # the DOM Standard's nodeType
    HAS_IMAGE = 1
    HAS_WORDS = 2
    MAX_TITLES_LOOKED_AT = 100
    COSTLY = 64  # nodes; the text of what has more of them is kept for the next link beside it

cdef unsigned char _kinds[KNOWN]
cdef size_t _TEXT = TEXT, _A = A, _BR = BR, _IMG = IMG, _SVG = SVG, _TITLE = TITLE
cdef Py_ssize_t CACHED_LENGTH = _CACHED_LENGTH
cdef int LAST_UNDONE = len(UNDONE_INSIDE) * (PLACED + 1)  # numbers up to this are of states that an element may undo
if STATES[: len(UNDONE_INSIDE) + 1] != ("", *UNDONE_INSIDE):
    raise ImportError("The states that an element may undo are the first.")
cdef int LOOKS = MAX_LOOKS, DECLARATIONS = MAX_DECLARATIONS
cdef size_t MAX_READ = MAX_CHARS  # bytes here: a bound on what a page may cost, not on an anchor
cdef int MAX_VISITED = _MAX_NODES, STEPS = MAX_STEPS, WORDS = MAX_WORDS, FEW = A_FEW, LENGTH = MAX_LENGTH


def _fill_kinds():
    for numbers, bit in (
        ((A, AREA, FORM, FRAME, IFRAME, LINK), CARRIER),
        ((META, BASE), DECLARATION),
        (LANDMARKS, LANDMARK),
        (BLOCKS, BLOCK),
        (UNSEEN, NOT_SEEN),
        (STRUCTURED, IS_STRUCTURED),
        (HEADINGS, HEADING),
        (OPENING, OPENS_ON_DEMAND),
    ):
        for number in numbers:
            if number >= KNOWN:
                raise ImportError("This release of selectolax numbers its elements in another way.")
            _kinds[number] |= bit


_fill_kinds()


cdef inline unsigned char kind_of(size_t tag) noexcept nogil:
    return _kinds[tag] if tag < KNOWN else 0


cdef struct Found:
    void *node
    size_t tag
    int state  # numbers of the placement that its parent has inside, and of why itself is hidden


cdef class Text:
    """Bytes that grow at their end: UTF-8, valid whatever the page held."""

    cdef char *bytes
    cdef size_t size, capacity

    def __dealloc__(self):
        PyMem_Free(self.bytes)

    cdef int add(self, const char *piece, size_t length) except -1:
        if self.size + length > self.capacity:
            self.capacity = 2 * (self.size + length) + 256
            grown = <char *>PyMem_Realloc(self.bytes, self.capacity)
            if grown == NULL:
                raise MemoryError
            self.bytes = grown
        memcpy(self.bytes + self.size, piece, length)
        self.size += length
        return 0

    cdef int add_checked(self, const char *piece, size_t length) except -1:
        """The parser hands on bytes that are not UTF-8; selectolax replaces them, node by node, and so does this."""
        cdef size_t i
        cdef Py_ssize_t valid
        for i in range(length):
            if <unsigned char>piece[i] >= 0x80:
                decoded = PyUnicode_DecodeUTF8(piece, length, "replace")
                piece = PyUnicode_AsUTF8AndSize(decoded, &valid)
                return self.add(piece, valid)
        return self.add(piece, length)

    cdef int add_text(self, void *document, void *node) except -1:
        cdef size_t length = 0
        cdef const char *text = text_of(node, &length)
        if text == NULL:
            return 0
        try:
            return self.add_checked(text, length)
        finally:
            destroy_text(document, text)


cdef inline const char *attribute(void *element, const char *name, size_t size, size_t *length) noexcept nogil:
    """The value of an attribute, "" if it has none; NULL if there is no such attribute."""
    cdef void *found = first_attribute_of(element)
    cdef const char *value
    cdef const char *found_name
    while found != NULL:
        found_name = attribute_name(found, length)
        if length[0] == size and memcmp(found_name, name, size) == 0:
            value = attribute_value(found, length)
            if value == NULL:
                length[0] = 0
                return b""
            return value
        found = next_attribute_of(found)
    return NULL


cdef inline const char *xlink_href(void *element, size_t *length) noexcept nogil:
    """As `attribute`, where the parser took the prefix for one: within SVG."""
    cdef void *found = first_attribute_of(element)
    cdef const char *name
    while found != NULL:
        name = attribute_local_name(found, length)
        if length[0] == 4 and memcmp(name, b"href", 4) == 0:
            return attribute(element, b"xlink:href", 10, length)
        found = next_attribute_of(found)
    return NULL


cdef inline bint leads_on(void *element) noexcept nogil:
    """Whether an element that is no `a` names a URL at all."""
    cdef size_t length = 0
    return (
        attribute(element, b"href", 4, &length) != NULL
        or attribute(element, b"src", 3, &length) != NULL
        or attribute(element, b"action", 6, &length) != NULL
    )


cdef inline bint is_hidden(void *element) noexcept nogil:
    cdef size_t length = 0
    return type_of(element) == ELEMENT and attribute(element, b"hidden", 6, &length) != NULL


cdef str value_of(void *found):
    """The value of an attribute, "" if it has none."""
    cdef size_t length = 0
    cdef const char *written = attribute_value(found, &length)
    return PyUnicode_DecodeUTF8(written, length, "replace") if written != NULL else ""


cdef inline bint begins(const unsigned char *at, const unsigned char *end, const char *word, size_t size) noexcept nogil:
    """Whether a word in small letters stands here, in letters of any case."""
    cdef size_t i
    if <size_t>(end - at) < size:
        return False
    for i in range(size):
        if at[i] | 32 != <unsigned char>word[i]:
            return False
    return True


cdef inline bint is_large(const unsigned char *at, const unsigned char *end) noexcept nogil:
    """Whether a colon and a number of two or more follow."""
    while at < end and (at[0] == 58 or at[0] <= 32):
        at += 1
    if at < end and at[0] == 49:  # 1: 10 or more
        at += 1
        return at < end and 48 <= at[0] <= 57
    return at < end and 50 <= at[0] <= 57


cdef bint is_of_sight(const unsigned char *at, const unsigned char *end) noexcept nogil:
    """Whether a style has a word that a rule of `inline_style` asks for, a number far below zero, or what needs a parser."""
    cdef unsigned char byte
    while at < end:
        byte = at[0] | 32
        if byte == 100 and begins(at, end, b"display", 7):
            return True
        if byte == 118 and begins(at, end, b"visibility", 10):
            return True
        if byte == 111 and (begins(at, end, b"opacity", 7) or begins(at, end, b"overflow", 8)):
            return True
        if byte == 102 and begins(at, end, b"font-size", 9) and not is_large(at + 9, end):
            return True
        if at[0] == 45 and end - at > 2 and 48 <= at[1] <= 57 and 48 <= at[2] <= 57:  # -
            return True
        if at[0] >= 0x80 or (at[0] == 47 and end - at > 1 and at[1] == 42):  # /*
            return True
        at += 1
    return False


cdef dict attributes_of(void *element):
    cdef dict attributes = {}
    cdef void *found = first_attribute_of(element)
    cdef const char *written
    cdef size_t length = 0
    while found != NULL:
        written = attribute_name(found, &length)
        name = PyUnicode_DecodeUTF8(written, length, "replace")
        written = attribute_value(found, &length)
        attributes[name] = PyUnicode_DecodeUTF8(written, length, "replace") if written != NULL else None
        found = next_attribute_of(found)
    return attributes


cdef inline int space_at(const unsigned char *text, const unsigned char *end) noexcept nogil:
    """The bytes of the white space character that begins here, as `str.split` knows them; 0 for another character."""
    cdef unsigned char first = text[0]
    if first < 0x80:
        return first == 32 or 9 <= first <= 13 or 28 <= first <= 31
    if first == 0xC2:
        return 2 if text + 1 < end and (text[1] == 0x85 or text[1] == 0xA0) else 0
    if text + 2 >= end:
        return 0
    if first == 0xE2:
        if text[1] == 0x80:
            return 3 if 0x80 <= text[2] <= 0x8A or text[2] == 0xA8 or text[2] == 0xA9 or text[2] == 0xAF else 0
        return 3 if text[1] == 0x81 and text[2] == 0x9F else 0
    if first == 0xE1:
        return 3 if text[1] == 0x9A and text[2] == 0x80 else 0
    return 3 if first == 0xE3 and text[1] == 0x80 and text[2] == 0x80 else 0


cdef inline bint is_graphic(unsigned char byte) noexcept nogil:
    """A character of its own, and no white space: ASCII from the exclamation mark on."""
    return 32 < byte < 128


cdef class Words:
    """Words joined by single spaces, taken forward or backward until there are enough of them."""

    cdef char joined[4 * 1024]
    cdef int start, end  # of the bytes in `joined`
    cdef int words, chars, max_words, max_chars
    cdef bint pending  # white space since the last character
    cdef bint full  # there is one more character or word
    cdef bint cut  # it is a character of the words taken

    cdef void begin(self, int max_words, int max_chars, bint backward) noexcept:
        self.start = self.end = sizeof(self.joined) if backward else 0
        self.words = self.chars = 0
        self.max_words, self.max_chars = max_words, max_chars
        self.pending = self.full = self.cut = False

    cdef inline bint room(self) noexcept:
        """Whether the next character may come, and the space before it."""
        cdef bint starts = self.pending or self.words == 0
        if starts and self.words == self.max_words:
            self.full = True
        elif self.chars + (starts and self.words > 0) >= self.max_chars:
            self.full = self.cut = True
        return not self.full

    cdef void forward(self, const char *piece, size_t size) noexcept:
        cdef const unsigned char *text = <const unsigned char *>piece
        cdef const unsigned char *end = text + size
        cdef const unsigned char *begin
        cdef const unsigned char *left
        cdef int space
        while text < end and not self.full:
            space = space_at(text, end)
            if space:
                self.pending = True
                text += space
                continue
            if not self.room():
                if self.cut and self.chars < self.max_chars:
                    self.joined[self.end] = 32
                    self.end += 1
                return
            if self.pending or self.words == 0:
                if self.words:
                    self.joined[self.end] = 32
                    self.end += 1
                    self.chars += 1
                self.words += 1
                self.pending = False
            self.chars += 1
            self.joined[self.end] = text[0]
            self.end += 1
            text += 1
            while text < end and (text[0] & 0xC0) == 0x80:
                self.joined[self.end] = text[0]
                self.end += 1
                text += 1
            # What follows of a word in ASCII, as far as there is room for it.
            left = text + min(end - text, self.max_chars - self.chars)
            begin = text
            while text < left and is_graphic(text[0]):
                text += 1
            memcpy(self.joined + self.end, begin, text - begin)
            self.end += text - begin
            self.chars += text - begin

    cdef void backward(self, const char *piece, size_t size) noexcept:
        cdef const unsigned char *begin = <const unsigned char *>piece
        cdef const unsigned char *text = begin + size
        cdef const unsigned char *last
        cdef const unsigned char *first
        cdef const unsigned char *left
        while text > begin and not self.full:
            last = text
            text -= 1
            while (text[0] & 0xC0) == 0x80 and text > begin:
                text -= 1
            if space_at(text, last):
                self.pending = True
                continue
            if not self.room():
                if self.cut and self.chars < self.max_chars:
                    self.start -= 1
                    self.joined[self.start] = 32
                return
            if self.pending or self.words == 0:
                if self.words:
                    self.start -= 1
                    self.joined[self.start] = 32
                    self.chars += 1
                self.words += 1
                self.pending = False
            self.chars += 1
            left = text - min(text - begin, self.max_chars - self.chars)
            first = text
            while first > left and is_graphic(first[-1]):
                first -= 1
            self.chars += text - first
            text = first
            self.start -= last - text
            memcpy(self.joined + self.start, text, last - text)

    cdef str taken(self):
        return PyUnicode_DecodeUTF8(self.joined + self.start, self.end - self.start, "strict")


# URL Standard: what of a URL's characters is left as it is, and where.
cdef enum:
    MAX_JOINED = 2100
    BEGINS = 1  # a path segment or a label of a host: no dot, which alone or doubled would be a step in the tree
    GOES_ON = 2  # within a path segment
    IN_QUERY = 4
    IN_HOST = 8
    LETTER = 16

cdef unsigned char _url_bytes[256]


def _fill_url_bytes():
    for byte in range(128):
        letter = chr(byte)
        lower = "a" <= letter <= "z"
        if letter.isalnum() or letter in "_~-":
            _url_bytes[byte] = BEGINS | GOES_ON | IN_QUERY
        elif letter == ".":
            _url_bytes[byte] = GOES_ON | IN_QUERY
        elif letter in "/=&":
            _url_bytes[byte] = IN_QUERY
        if lower or letter.isdigit() or letter == "-":
            _url_bytes[byte] |= IN_HOST
        if lower:
            _url_bytes[byte] |= LETTER


_fill_url_bytes()


cdef bint is_plain(const unsigned char *at, const unsigned char *end) noexcept nogil:
    """Whether path segments and a query, joined to a folder, stay what they are: no step, nothing to encode or to drop."""
    while at < end and at[0] != 63:  # ?
        if not _url_bytes[at[0]] & BEGINS:
            return False
        while at < end and _url_bytes[at[0]] & GOES_ON:
            at += 1
        if at < end and at[0] == 47:  # /
            at += 1
    if at < end:
        at += 1
    while at < end and _url_bytes[at[0]] & IN_QUERY:
        at += 1
    return at == end


cdef const unsigned char *plain_host(const unsigned char *at, const unsigned char *end) noexcept nogil:
    """The end of a host that stays as it is, if a path follows; NULL for one that is no plain name, or an IP address."""
    cdef bint letter = False
    while True:
        if end - at < 4 or (at[0] == 120 and at[1] == 110 and at[2] == 45):  # xn-
            return NULL
        letter = _url_bytes[at[0]] & LETTER
        if not _url_bytes[at[0]] & IN_HOST or at[0] == 45:
            return NULL
        while at < end and _url_bytes[at[0]] & IN_HOST:
            at += 1
        if at == end:
            return NULL
        if at[0] == 46:  # .
            at += 1
        else:
            return at if at[0] == 47 and letter else NULL


def is_normal(str url not None):
    """Whether the URL Standard's parser would leave an http(s) URL as it is; False says nothing."""
    cdef Py_ssize_t size = 0
    cdef const unsigned char *at = <const unsigned char *>PyUnicode_AsUTF8AndSize(url, &size)
    cdef const unsigned char *end = at + size
    if size < 9 or not (memcmp(at, b"http://", 7) == 0 or memcmp(at, b"https://", 8) == 0):
        return False
    at = plain_host(at + (7 if at[4] == 58 else 8), end)
    return at != NULL and is_plain(at + 1, end)


cdef class LinkWalk:
    """What `root`, the html element of a parsed page, holds: declarations at once, links by `collect`."""

    cdef readonly list declarations  # (tag number, attributes) of every meta and base, in document order
    cdef readonly str title  # text of the first title that is not an SVG's
    cdef readonly list headings  # texts of the first h1, h2 and h3
    cdef readonly bint is_cut  # there are elements deeper than `max_depth`, which were not looked at
    cdef int _headings_left, _titles_left, _looks_left  # to be looked at
    cdef object _root  # keeps the tree
    cdef void *_document
    cdef Found *_found
    cdef size_t _count, _capacity
    cdef list _states
    cdef dict _known_texts
    cdef Text _text
    cdef Words _words
    # What `collect` reads of the collector and its targets, once for all links.
    cdef list _links
    cdef str _url, _base, _origin, _folder
    cdef object _targets
    cdef Py_ssize_t _max_length, _scheme_size, _origin_size, _folder_size
    cdef const char *_origin_utf8
    cdef const char *_folder_utf8
    cdef bint _encoded, _joins, _cut
    cdef Py_ssize_t _max_links, _max_anchor, _text_left, _cut_anchors

    def __cinit__(self, root not None, Py_ssize_t max_depth):
        self._root = root
        self.is_cut = False
        self.declarations = []
        self.title = ""
        self.headings = []
        self._headings_left = MAX_HEADINGS_LOOKED_AT
        self._looks_left = LOOKS
        self._titles_left = MAX_TITLES_LOOKED_AT
        self._states = [OUTERMOST]
        self._known_texts = {}
        self._text = Text()
        self._words = Words()
        cdef void *top = <void *><uintptr_t>root.mem_id
        self._document = parent_of(top)
        self._walk(top, max_depth)

    def __dealloc__(self):
        PyMem_Free(self._found)

    cdef int _walk(self, void *root, Py_ssize_t max_depth) except -1:
        """Every node once, in document order; `states` is the stack of what parents have inside: see Found."""
        cdef void *node = first_child_of(root)
        cdef void *child
        cdef size_t tag, depth = 0
        cdef size_t deepest = max(1, max_depth)
        cdef unsigned char kind
        cdef Text states = Text()
        cdef int state = 0, outside
        cdef bint titled = False
        states.add(<char *>&state, sizeof(int))
        while node != NULL:
            tag = tag_of(node)
            if tag != _TEXT:
                kind = kind_of(tag)
                state = outside = (<int *>states.bytes)[depth]
                if tag == _A:
                    state = self._state_inside(node, tag, kind, outside)
                    self._keep(node, tag, (outside & PLACED) | (state & ~PLACED))
                elif kind & CARRIER:
                    self._keep(node, tag, outside)
                elif kind & DECLARATION and len(self.declarations) < DECLARATIONS:
                    self.declarations.append((tag, attributes_of(node)))
                elif kind & HEADING:
                    self._add_heading(node)
                elif tag == _TITLE and not titled and self._is_titles_turn(node):
                    self._text.size = 0
                    self._text.add_text(self._document, node)
                    titled = True
                    self.title = PyUnicode_DecodeUTF8(self._text.bytes, self._text.size, "strict")
                child = first_child_of(node)
                if child != NULL and depth == deepest:
                    self.is_cut = self.is_cut or tag_of(child) != _TEXT or next_of(child) != NULL
                elif child != NULL:
                    if tag != _A:
                        state = self._state_inside(node, tag, kind, outside)
                    depth += 1
                    if depth * sizeof(int) == states.size:
                        states.add(<char *>&state, sizeof(int))
                    else:
                        (<int *>states.bytes)[depth] = state
                    node = child
                    continue
            child = next_of(node)
            while child == NULL:
                node = parent_of(node)
                if node == root:
                    return 0
                depth -= 1
                child = next_of(node)
            node = child
        return 0

    cdef int _add_heading(self, void *element) except -1:
        if self._headings_left > 0 and len(self.headings) < MAX_HEADINGS:
            self._headings_left -= 1
            self._text.size = 0
            self._add_visible(element)
            text = self._collapsed(MAX_HEADING_LENGTH)
            if text:
                self.headings.append(text)
        return 0

    cdef int _keep(self, void *node, size_t tag, int state) except -1:
        if self._count == self._capacity:
            capacity = 2 * self._capacity + 128
            grown = <Found *>PyMem_Realloc(self._found, capacity * sizeof(Found))
            if grown == NULL:
                raise MemoryError
            self._found, self._capacity = grown, capacity
        self._found[self._count] = Found(node, tag, state)
        self._count += 1
        return 0

    cdef bint _is_titles_turn(self, void *node) noexcept:
        """Whether it is the page's own; a few are looked at, since each look goes up to the root."""
        self._titles_left -= 1
        return self._titles_left >= 0 and not self._in_svg(node)

    cdef bint _in_svg(self, void *node) noexcept:
        while node != self._document:
            node = parent_of(node)
            if tag_of(node) == _SVG:
                return True
        return False

    cdef int _state_inside(self, void *node, size_t tag, unsigned char kind, int outside) except -1:
        cdef size_t length = 0
        cdef int hidden
        cdef void *role = NULL
        cdef void *style = NULL
        cdef bint has_hidden = False
        if type_of(node) != ELEMENT:
            return outside
        cdef void *found = first_attribute_of(node)
        cdef const char *name
        while found != NULL:
            name = attribute_name(found, &length)
            if length == 4 and memcmp(name, b"role", 4) == 0:
                role = found
            elif length == 5 and memcmp(name, b"style", 5) == 0:
                style = found
            elif length == 6 and memcmp(name, b"hidden", 6) == 0:
                has_hidden = True
            found = next_attribute_of(found)
        if role == NULL and style == NULL and not (outside & ~PLACED or has_hidden or kind & (LANDMARK | OPENS_ON_DEMAND)):
            return outside  # most of all elements
        hidden = outside & ~PLACED
        if self._looks_left > 0 and hidden <= LAST_UNDONE and (hidden or has_hidden or kind & OPENS_ON_DEMAND or self._may_hide(style)):
            self._looks_left -= 1
            hidden = STATES.index(hidden_inside(tag, attributes_of(node), STATES[hidden // (PLACED + 1)])) * (PLACED + 1)
        return hidden | self._placement_inside(role, tag, kind, outside & PLACED)

    cdef bint _may_hide(self, void *style) except -1:
        """Whether a style attribute hides what is inside; most are known not to without being read."""
        cdef size_t length = 0
        cdef const char *written = attribute_value(style, &length) if style != NULL else NULL
        if written == NULL or not is_of_sight(<const unsigned char *>written, <const unsigned char *>written + length):
            return False
        return bool(style_of(PyUnicode_DecodeUTF8(written, length, "replace")[:MAX_STYLE]).hides)

    cdef int _placement_inside(self, void *role, size_t tag, unsigned char kind, int outside) except -1:
        written = value_of(role) if role != NULL else ""
        if not kind & LANDMARK and not written:
            return outside
        state = state_inside(tag, written, self._states[outside])
        if state not in self._states:
            self._states.append(state)
        return self._states.index(state)

    def collect(self, collector):
        """Append the page's links to those of a LinkCollector, whose rules for everything but `a` are called."""
        cdef size_t i
        cdef Found *found
        targets = self._targets = collector.targets
        self._base, self._origin, self._folder = targets.base, targets.origin, targets.folder
        self._encoded = targets.encoding is not None
        self._joins = self._base.startswith(("http://", "https://"))
        self._scheme_size = self._base.find(":") + 1
        self._origin_utf8 = PyUnicode_AsUTF8AndSize(self._origin, &self._origin_size)
        self._folder_utf8 = PyUnicode_AsUTF8AndSize(self._folder, &self._folder_size)
        self._max_length = targets.max_length
        self._links, self._url = collector.links, collector.url
        self._max_links, self._max_anchor = collector.limits.links, collector.limits.anchor
        self._text_left, self._cut_anchors = collector.text_left, 0
        collector.targets = self
        for i in range(self._count):
            found = &self._found[i]
            placement = self._states[found.state & PLACED][0]
            if found.tag == _A:
                self._collect_anchor(collector, found.node, placement, STATES[found.state // (PLACED + 1)])
            elif len(self._links) >= self._max_links:
                if leads_on(found.node):
                    collector.skipped["over_limit"] += 1
            else:
                collector.text_left = self._text_left
                collector.add_standing(found.tag, attributes_of(found.node), placement)
                self._text_left = collector.text_left
        collector.cut_anchors += self._cut_anchors

    def __call__(self, str href not None):
        """What the collector's own `targets` would answer."""
        cdef bytes utf8 = href.encode("utf-8", "replace")
        return self._target(utf8, len(utf8))

    cdef int _collect_anchor(self, collector, void *element, placement, hidden) except -1:
        cdef size_t length = 0
        cdef const char *href = attribute(element, b"href", 4, &length)
        if href == NULL:
            href = xlink_href(element, &length)
            if href == NULL:
                return 0
        if len(self._links) >= self._max_links:
            collector.skipped["over_limit"] += 1
            return 0
        if self._text_left <= 0:
            collector.skipped["over_text"] += 1
            return 0
        found = self._target(href, length)
        if type(found) is str:
            collector.skipped[found] += 1
            return 0
        if found.url == self._url:
            collector.self_links += 1
            return 0
        self._text_left -= len(found.url)
        cdef void *parent = parent_of(element)
        self._text.size = 0
        cdef int seen = self._add_visible(element)
        anchor = self._collapsed(self._max_anchor)
        self._cut_anchors += self._cut
        before = after = ""
        if prev_of(element) != NULL or next_of(element) != NULL or not kind_of(tag_of(parent)) & BLOCK:
            before = self._context(element, True)
            after = self._context(element, False)
        self._text_left -= len(anchor) + len(before) + len(after)
        cdef const char *rel = attribute(element, b"rel", 3, &length)
        link = PyType_GenericAlloc(<type>Link, 0)
        set_field(link, TARGET_AT, found)
        set_field(link, LINK_TYPE_AT, "image" if seen & HAS_IMAGE and not seen & HAS_WORDS else "text")
        set_field(link, ANCHOR_AT, anchor)
        set_field(link, REL_AT, rel_tokens(PyUnicode_DecodeUTF8(rel, length, "replace")) if rel != NULL else ())
        set_field(link, PLACEMENT_AT, placement)
        set_field(link, TEXT_BEFORE_AT, before)
        set_field(link, TEXT_AFTER_AT, after)
        set_field(link, LABEL_AT, None)
        set_field(link, IS_INTERNAL_AT, False)
        set_field(link, HIDDEN_AT, hiding_reason(hidden, bool(seen & HAS_IMAGE)) if hidden else hidden)
        self._links.append(link)
        return 0

    cdef object _target(self, const char *href, size_t size):
        """What the collector's `targets` answer; the usual hrefs are not parsed, or once for all pages."""
        cdef const char *cut = <const char *>memchr(href, 35, size)
        if cut != NULL and (cut == href or <unsigned char>cut[-1] > 32):
            size = cut - href
        found = self._plain_target(<const unsigned char *>href, <const unsigned char *>href + size)
        if found is not None:
            return found
        text = PyUnicode_DecodeUTF8(href, size, "replace")
        if len(text) > CACHED_LENGTH or (self._encoded and not text.isascii()):
            return self._targets(text)
        cdef unsigned char first = href[0] if size else 0
        if first == 47:  # /
            base = self._origin
        elif (size >= 7 and memcmp(href, b"http://", 7) == 0) or (size >= 8 and memcmp(href, b"https://", 8) == 0):
            base = ANY_BASE
        elif first <= 32 or first in b"?#hH":
            base = self._base
        else:
            base = self._folder
        return cached_outcome(base, text, self._max_length)

    cdef object _plain_target(self, const unsigned char *at, const unsigned char *end):
        """The target of an href that the URL Standard joins to a base as it is; None for any other."""
        cdef char joined[MAX_JOINED]
        cdef Py_ssize_t kept = 0
        cdef const char *base = NULL
        cdef const unsigned char *path = at
        while at < end and at[0] <= 32:
            at += 1
        while at < end and end[-1] <= 32:
            end -= 1
        if not self._joins or at == end:
            return None
        if at[0] == 47:  # /
            if end - at > 1 and at[1] == 47:
                base, kept = self._origin_utf8, self._scheme_size
                path = plain_host(at + 2, end)
            else:
                base, kept = self._origin_utf8, self._origin_size
                path = at
                at += 1
        elif end - at > 8 and (memcmp(at, b"http://", 7) == 0 or memcmp(at, b"https://", 8) == 0):
            path = plain_host(at + (7 if at[4] == 58 else 8), end)
        else:
            base, kept = self._folder_utf8, self._folder_size
            path = at
            while end - at >= 2 and at[0] == 46 and (at[1] == 47 or (end - at >= 3 and at[1] == 46 and at[2] == 47)):
                if at[1] == 46:
                    if kept > self._origin_size:
                        kept -= 1
                        while base[kept - 1] != 47:
                            kept -= 1
                    at += 1
                at += 2
            if at == path and at[0] == 63:  # a query alone is joined to the page, not to its folder
                return None
            path = at - 1
        if path == NULL or not is_plain(path + 1, end) or kept + (end - at) > min(self._max_length, MAX_JOINED):
            return None
        memcpy(joined, base, kept)
        memcpy(joined + kept, at, end - at)
        found = PyUnicode_DecodeUTF8(joined, kept + (end - at), "replace")
        return target(found) if kept + (end - at) <= CACHED_LENGTH else Target(found)

    cdef str _collapsed(self, Py_ssize_t limit):
        """What the text is up to `limit` characters; `_cut` tells whether it has more."""
        if limit > <Py_ssize_t>sizeof(self._words.joined) // 4:  # a character has up to four bytes
            whole = PyUnicode_DecodeUTF8(self._text.bytes, self._text.size, "strict")
            self._cut = is_longer(whole, limit)
            return collapsed(whole, limit)
        self._words.begin(<int>limit, <int>limit, False)
        self._words.forward(self._text.bytes, self._text.size)
        self._cut = self._words.full
        text = self._words.taken()
        return text.rstrip() if self._words.cut else text

    cdef str _context(self, void *place, bint backward):
        """The words of the block before a link, or after it."""
        cdef node_of beside = prev_of if backward else next_of
        cdef int step
        cdef void *node
        self._words.begin(WORDS, LENGTH, backward)
        for step in range(STEPS):
            node = beside(place)
            if node == NULL:
                place = parent_of(place)
                if place == NULL or kind_of(tag_of(place)) & BLOCK:
                    break
                continue
            if not self._read_piece(node):
                break
            if backward:
                self._words.backward(self._text.bytes, self._text.size)
            else:
                self._words.forward(self._text.bytes, self._text.size)
            if self._words.words >= FEW or self._words.full:
                break
            place = node
        context = self._words.taken()
        if not self._words.cut:
            return context
        return (context.partition(" ")[2] if backward else context.rpartition(" ")[0]) or context

    cdef bint _read_piece(self, void *node) except -1:
        """Put the visible text of what stands beside a link into `_text`; False for a block."""
        cdef size_t tag = tag_of(node), length = 0
        cdef unsigned char kind = kind_of(tag)
        cdef const char *alt
        self._text.size = 0
        if tag == _TEXT:
            self._text.add_text(self._document, node)
        elif kind & NOT_SEEN or tag == _TITLE or is_hidden(node):
            pass
        elif kind & BLOCK:
            return False
        elif tag == _BR:
            self._text.add(b" ", 1)
        elif tag == _IMG:
            alt = attribute(node, b"alt", 3, &length)
            if alt != NULL:
                self._text.add_checked(alt, length)
        else:
            self._add_known(node)
        return True

    cdef int _add_known(self, void *node) except -1:
        known = self._known_texts.get(<uintptr_t>node) if self._known_texts else None
        if known is not None:
            return self._text.add(<const char *><char *>known, len(known))
        if self._add_visible(node) >= COSTLY:
            self._known_texts[<uintptr_t>node] = self._text.bytes[: self._text.size]
        return 0

    cdef int _add_visible(self, void *element) except -1:
        """Add the text of an element; HAS_IMAGE and HAS_WORDS, and COSTLY or more if it took many nodes."""
        cdef void *node = first_child_of(element)
        cdef size_t tag
        cdef int visited = 0
        if node != NULL and tag_of(node) == _TEXT and next_of(node) == NULL:
            self._text.add_text(self._document, node)
            return HAS_WORDS
        node = element
        while visited < MAX_VISITED and self._text.size < MAX_READ:
            visited += 1
            tag = tag_of(node)
            if tag == _TEXT:
                self._text.add_text(self._document, node)
            elif kind_of(tag) & IS_STRUCTURED or is_hidden(node):
                self._text.size = 0
                return self._add_structured(element)
            node = _following(node, element)
            if node == NULL:
                break
        return HAS_WORDS + (COSTLY if visited > COSTLY else 0)

    cdef int _add_structured(self, void *element) except -1:
        cdef void *node = first_child_of(element)
        cdef void *following
        cdef size_t tag, length = 0, size
        cdef unsigned char kind
        cdef int yielded = 0, seen = 0, visited = 0
        cdef const char *alt
        while node != NULL and yielded < MAX_VISITED and self._text.size < MAX_READ:
            visited += 1
            tag = tag_of(node)
            kind = kind_of(tag)
            following = NULL
            if tag == _TEXT:
                yielded += 1
                size = self._text.size
                self._text.add_text(self._document, node)
                if not seen & HAS_WORDS and _has_words(self._text.bytes + size, self._text.size - size):
                    seen |= HAS_WORDS
            elif not (kind & NOT_SEEN or is_hidden(node)):
                yielded += 1
                if tag == _IMG:
                    seen |= HAS_IMAGE
                    alt = attribute(node, b"alt", 3, &length)
                    if alt != NULL:
                        self._text.add_checked(alt, length)
                elif tag == _SVG:
                    seen |= HAS_IMAGE
                elif tag == _TITLE:
                    self._text.add_text(self._document, node)
                elif kind & BLOCK or tag == _BR:
                    self._text.add(b" ", 1)
                if tag != _TITLE:
                    following = first_child_of(node)
                if following == NULL and kind & BLOCK:  # it ends where it begins
                    if yielded == MAX_VISITED:
                        break
                    yielded += 1
                    self._text.add(b" ", 1)
            while following == NULL:
                following = next_of(node)
                if following == NULL:
                    node = parent_of(node)
                    if node == element:
                        break
                    if kind_of(tag_of(node)) & BLOCK:
                        if yielded == MAX_VISITED:
                            break
                        yielded += 1
                        self._text.add(b" ", 1)
            node = following
        return seen + (COSTLY if visited > COSTLY else 0)


cdef inline void *_following(void *node, void *top) noexcept nogil:
    """The next node of the tree below `top`, in document order."""
    cdef void *found = first_child_of(node)
    while found == NULL:
        if node == top:
            return NULL
        found = next_of(node)
        node = parent_of(node)
    return found


cdef inline bint _has_words(const char *text, size_t size) noexcept nogil:
    cdef const unsigned char *at = <const unsigned char *>text
    cdef const unsigned char *end = at + size
    cdef int space
    while at < end:
        space = space_at(at, end)
        if not space:
            return True
        at += space
    return False
