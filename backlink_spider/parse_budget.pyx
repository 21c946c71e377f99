# cython: language_level=3
"""A budget of memory and processor time for one parse: what comes behind the place where it is spent is not read.

What makes a parser slow or its tree large out of all proportion (formatting elements that every paragraph opens anew,
a hundred thousand different names) cannot all be told from the bytes of a page. But every node takes memory, for which
Lexbor asks here. It is never denied any, and never sees its input change: it gets the page in pieces, and no more of
them once the budget is spent. Blocks come from the allocator that selectolax itself gives to Lexbor, so that one may be
freed by either.
"""

from libc.stdint cimport uintptr_t
from libc.string cimport memchr, memcmp

from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree, PyMem_RawMalloc, PyMem_RawRealloc
from selectolax import lexbor

cdef extern from "<dlfcn.h>" nogil:
    int RTLD_NOW
    void *dlopen(const char *path, int mode)
    void *dlsym(void *library, const char *name)

cdef extern from "<time.h>" nogil:
    ctypedef long time_t
    cdef struct timespec:
        time_t tv_sec
        long tv_nsec
    int CLOCK_THREAD_CPUTIME_ID
    int clock_gettime(int clock, timespec *time)

ctypedef void (*setup_of)(void *, void *, void *, void *) noexcept nogil
ctypedef void *(*parent_of_node)(void *) noexcept nogil
ctypedef unsigned int (*begin_of)(void *) noexcept nogil
ctypedef unsigned int (*chunk_of)(void *, const char *, size_t) noexcept nogil

cdef enum:
    GROWING = 256  # places for the sizes of buffers that grew before
    LARGE = 1024 * 1024  # bytes of a page before which memory is given back
    LARGEST = 4 * 1024  # bytes of a piece
    # Each tag of four bytes may open all formatting elements anew, at 400 bytes each: a piece adds 100 MB at most.
    TIMES = 1_000_000
    SMALL = 256  # bytes of a piece of which several are read between two looks at the clock
    PIECES_BETWEEN = 16
    # A bit for each letter that the name of a formatting element begins with: b, c, e, f, i, n, s, t, u.
    FIRST_LETTERS = 1 << 2 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 9 | 1 << 14 | 1 << 19 | 1 << 20 | 1 << 21

cdef size_t _used = 0  # bytes since a parse began
cdef void *_grown[GROWING]
cdef size_t _grown_size[GROWING]


ctypedef int (*trim_of)(size_t) noexcept nogil
cdef trim_of trim = <trim_of>dlsym(NULL, b"malloc_trim")  # glibc's; others give back by themselves


cdef double _now() noexcept nogil:
    cdef timespec time
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec + 1e-9 * time.tv_nsec


cdef inline void _note(size_t size) noexcept nogil:
    global _used
    _used += size


cdef void *_malloc(size_t size) noexcept nogil:
    _note(size)
    return PyMem_RawMalloc(size)


cdef void *_realloc(void *block, size_t size) noexcept nogil:
    """Counts what a buffer grows by: the tokenizer's grows step by step to the length of the longest text."""
    cdef size_t place = (<size_t>block >> 4) % GROWING
    _note(size - min(size, _grown_size[place]) if block != NULL and _grown[place] == block else size)
    block = PyMem_RawRealloc(block, size)
    place = (<size_t>block >> 4) % GROWING
    _grown[place], _grown_size[place] = block, size
    return block


cdef void *_calloc(size_t number, size_t size) noexcept nogil:
    _note(number * size)
    return PyMem_RawCalloc(number, size)


cdef void *_free(void *block) noexcept nogil:
    cdef size_t place = (<size_t>block >> 4) % GROWING
    if _grown[place] == block:
        _grown[place] = NULL
    PyMem_RawFree(block)
    return NULL


cdef void *_function(void *library, bytes name) except NULL:
    cdef void *found = dlsym(library, name)
    if found == NULL:
        raise ImportError(f"This release of selectolax has no {name.decode()}.")
    return found


cdef void *_library = dlopen(lexbor.__file__.encode(), RTLD_NOW)
if _library == NULL:
    raise ImportError("selectolax's Lexbor cannot be opened.")
cdef parent_of_node parent_of = <parent_of_node>_function(_library, b"lxb_dom_node_parent_noi")
cdef begin_of chunk_begin = <begin_of>_function(_library, b"lxb_html_document_parse_chunk_begin")
cdef chunk_of chunk = <chunk_of>_function(_library, b"lxb_html_document_parse_chunk")
cdef begin_of chunk_end = <begin_of>_function(_library, b"lxb_html_document_parse_chunk_end")
(<setup_of>_function(_library, b"lexbor_memory_setup"))(
    <void *>_malloc, <void *>_realloc, <void *>_calloc, <void *>_free
)


cdef inline bint _formats(const char *name, Py_ssize_t size) noexcept nogil:
    """HTML Standard, "the stack of open elements": the formatting category, but for `a`, which closes the one before."""
    cdef char letters[6]
    cdef Py_ssize_t i
    if size > 6:
        return False
    for i in range(size):
        letters[i] = name[i] | 32
    if size == 1:
        return letters[0] in (98, 105, 115, 117)  # b i s u
    if size == 2:
        return memcmp(letters, b"em", 2) == 0 or memcmp(letters, b"tt", 2) == 0
    if size == 3:
        return memcmp(letters, b"big", 3) == 0
    if size == 4:
        return memcmp(letters, b"code", 4) == 0 or memcmp(letters, b"font", 4) == 0 or memcmp(letters, b"nobr", 4) == 0
    if size == 5:
        return memcmp(letters, b"small", 5) == 0
    return size == 6 and (memcmp(letters, b"strike", 6) == 0 or memcmp(letters, b"strong", 6) == 0)


cdef Py_ssize_t _formatting_in(const char *at, const char *end) noexcept nogil:
    """How many tags begin that open a formatting element, at most: what closes one again is not looked at."""
    cdef Py_ssize_t found = 0
    cdef const char *name
    while True:
        at = <const char *>memchr(at, 60, end - at)
        if at == NULL:
            return found
        at += 1
        if at < end and not (at[0] & 64 and FIRST_LETTERS >> (at[0] & 31) & 1):
            continue
        name = at
        while at < end and at[0] > 32 and at[0] != 47 and at[0] != 62 and at - name < 8:
            at += 1
        if at == end or _formats(name, at - name):  # a name may go on in the next piece
            found += 1


def formatting_in(bytes body not None):
    """How many formatting elements a body opens, at most, each of which every tag behind it may open anew."""
    cdef const char *at = body
    return _formatting_in(at, at + len(body))


def parsed_within(bytes body not None, size_t size, double seconds):
    """The tree of a body as far as so many bytes and seconds of processor time go, and whether it had to be cut."""
    global _used
    parser = lexbor.LexborHTMLParser(b"")
    cdef void *document = parent_of(<void *><uintptr_t>parser.root.mem_id)
    cdef const char *at = body
    cdef const char *end = at + len(body)
    cdef Py_ssize_t formatting = 0, more = 0, piece = 0
    cdef int pieces = 0
    cdef double until = _now() + seconds
    _used = 0
    if trim != NULL and len(body) > LARGE:
        trim(0)  # what pages before it left in pieces would otherwise add to what this one takes
    if chunk_begin(document):
        raise MemoryError
    while at < end and _used < size:
        pieces += 1
        if (piece >= SMALL or pieces % PIECES_BETWEEN == 0) and _now() > until:
            break
        piece = min(min(LARGEST, TIMES // (formatting + 1)), end - at)
        piece = max(1, piece)
        more = _formatting_in(at, at + piece)
        while piece > 4 and piece * (formatting + more) > TIMES:  # as many as the piece itself may open count, too
            piece = piece // 2
            more = _formatting_in(at, at + piece)
        formatting += more
        if chunk(document, at, piece):
            raise MemoryError
        at += piece
    if chunk_end(document):
        raise MemoryError
    return parser, at < end
