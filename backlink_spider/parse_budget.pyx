# cython: language_level=3
"""A budget of memory and processor time for one parse: once it is spent, the rest of the page is blank.

What makes a parser slow or its tree large out of all proportion (formatting elements that every paragraph opens anew,
a hundred thousand different names) cannot all be told from the bytes of a page. But every node takes memory, and Lexbor
asks here for it. It is never denied any: what it would do then, nobody tests. It finds spaces where the page went on.
"""

from libc.stdint cimport uintptr_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memset
from cpython.bytes cimport PyBytes_FromStringAndSize

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
    CALLS_BETWEEN = 32  # looks at the clock, each of which costs as much as the call itself
    GROWING = 256  # places for the sizes of buffers that grew before

cdef char *_body = NULL  # of the page that is parsed under a budget
cdef size_t _body_size = 0
cdef size_t _left = 0  # bytes
cdef double _until = 0
cdef int _calls = 0
cdef bint _spent = False


cdef void *_grown[GROWING]
cdef size_t _grown_size[GROWING]


cdef double _now() noexcept nogil:
    cdef timespec time
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec + 1e-9 * time.tv_nsec


cdef void _note(size_t size) noexcept nogil:
    global _left, _calls, _spent
    if _body == NULL or _spent:
        return
    _calls += 1
    if size < _left and (_calls % CALLS_BETWEEN or _now() < _until):
        _left -= size
    else:
        _spent = True
        memset(_body, 32, _body_size)


cdef void *_malloc(size_t size) noexcept nogil:
    _note(size)
    return malloc(size)


cdef void *_realloc(void *block, size_t size) noexcept nogil:
    """Counts what a buffer grows by: the tokenizer's grows step by step to the length of the longest text."""
    cdef size_t place = (<size_t>block >> 4) % GROWING
    _note(size - min(size, _grown_size[place]) if block != NULL and _grown[place] == block else size)
    block = realloc(block, size)
    place = (<size_t>block >> 4) % GROWING
    _grown[place], _grown_size[place] = block, size
    return block


cdef void *_calloc(size_t number, size_t size) noexcept nogil:
    _note(number * size)
    return calloc(number, size)


cdef void *_free(void *block) noexcept nogil:
    cdef size_t place = (<size_t>block >> 4) % GROWING
    if _grown[place] == block:
        _grown[place] = NULL
    free(block)
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


def parsed_within(bytes body not None, size_t size, double seconds):
    """The tree of a body as far as so many bytes and seconds of processor time go, and whether it had to be cut.

    A tag that is being read when the budget is spent may come to nothing: Lexbor then stops with an error, and the tree
    that it leaves is used as it is.
    """
    global _body, _body_size, _left, _until, _calls, _spent
    parser = lexbor.LexborHTMLParser(b"")
    cdef void *document = parent_of(<void *><uintptr_t>parser.root.mem_id)
    cdef bytes own = PyBytes_FromStringAndSize(body, len(body))  # nobody else sees it change
    _body_size, _left, _until, _calls, _spent = len(body), size, _now() + seconds, 0, False
    if chunk_begin(document):
        raise MemoryError
    _body = own
    status = chunk(document, _body, _body_size)
    _body = NULL
    if not status:
        status = chunk_end(document)
    if status and not _spent:
        raise MemoryError
    return parser, bool(_spent)
