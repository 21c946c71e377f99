"""The fields of a Link without the look-up of an attribute: where CPython's own descriptors of its slots say they are."""

from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF

cdef extern from *:
    """
    #include <structmember.h>
    static Py_ssize_t field_offset(PyObject *descriptor) {
        if (!PyObject_TypeCheck(descriptor, &PyMemberDescr_Type)
                || ((PyMemberDescrObject *)descriptor)->d_member->type != T_OBJECT_EX) {
            PyErr_SetString(PyExc_ImportError, "Links have no slots.");
            return -1;
        }
        return ((PyMemberDescrObject *)descriptor)->d_member->offset;
    }
    """
    Py_ssize_t field_offset(object descriptor) except -1


cdef inline object field(object record, Py_ssize_t offset):
    """The value of a field that has one, as all fields have that `__init__` or `set_field` gave theirs."""
    return <object>(<PyObject **>(<char *><PyObject *>record + offset))[0]


cdef inline void set_field(object fresh, Py_ssize_t offset, object value) noexcept:
    """The first value of a field."""
    Py_INCREF(value)
    (<PyObject **>(<char *><PyObject *>fresh + offset))[0] = <PyObject *>value


cdef inline void replace_field(object record, Py_ssize_t offset, object value) noexcept:
    """Another value of a field that has one."""
    cdef PyObject **place = <PyObject **>(<char *><PyObject *>record + offset)
    cdef PyObject *old = place[0]
    Py_INCREF(value)
    place[0] = <PyObject *>value
    Py_DECREF(<object>old)
