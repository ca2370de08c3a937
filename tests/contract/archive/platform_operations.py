"""Every operation of the API: what it answers where it goes well, and its documented errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One line of the table."""

    method: str
    path: str
    name: str
    success: int
    errors: tuple[int, ...]

    def __str__(self) -> str:
        return self.name


# Not in here: a 500 that one operation documents, which is no answer anybody means to give; a 400 of delete_1,
# whose only parameter is its address; and the two operations that describe the platform's framework to itself
# (application.wadl).
_TABLE = """
GET    availability/data_products                                getDataProductAvailability 200 400 503
GET    availability/ephemeris                                    getEphemerisAvailability   200 400 503
GET    conjunctions/requests/{request_id}                        getSearchRequestDetails    200 404
DELETE conjunctions/requests/{request_id}                        cancelRequest              200 400 404
GET    conjunctions/requests/{request_id}/data                   getSearchResultData        200 404
POST   conjunctions/requests/{request_id}/data     getSearchResultWithDatAdvancedFormatting 200 400 404
DELETE conjunctions/requests/{request_id}/data                   deleteDataFile             200 400 404
POST   conjunctions/search                                       searchMulti                202 400
GET    data_products/requests/{request_id}                       getSearchRequestDetails_1  200 404
DELETE data_products/requests/{request_id}                       cancelRequest_1            200 400 404
GET    data_products/requests/{request_id}/data                  getSearchResultData_1      200 404
POST   data_products/requests/{request_id}/data   getSearchResultDataWithAdvancedFormatting 200 404
DELETE data_products/requests/{request_id}/data                  deleteDataFile_1           200 400 404
POST   data_products/search                                      search                     202 400
POST   data_products/search_synchronous                          searchSynchronous          200 400
GET    data_sources                                              getList                    200
POST   data_sources                                              add_1            200 400 401 403 409 503
GET    data_sources/{identifier}                                 getDetail                  200 400 404
PUT    data_sources/{identifier}                                 update_1     200 400 401 403 404 409 503
DELETE data_sources/{identifier}                                 delete_1     200 401 403 404 409 503
PATCH  data_sources/{identifier}                                 partialUpdate_1 200 400 401 403 404 409 503
GET    data_sources/{identifier}/stats                           getStats                   200 400 404
POST   data_sources/search                                       search_1                   200 400
POST   data_sources/{identifier}/data_products                   addDataProducts      202 400 401 403 503
DELETE data_sources/{identifier}/data_products                   deleteDataProduct 200 400 401 403 404 503
POST   data_sources/{identifier}/ephemeris                       addEphemerisData     202 400 401 403 503
DELETE data_sources/{identifier}/ephemeris                       deleteEphemeris  202 400 401 403 404 503
GET    data_sources/{identifier}/ephemeris/delete_jobs/{delete_job_id} getEphemerisDeleteJobDetail 200 404
GET    data_sources/{identifier}/ephemeris/delete_jobs           listEphemerisDeleteJobs    200 404
GET    ephemeris/requests/{request_id}                           getSearchRequestDetails_2  200 404
DELETE ephemeris/requests/{request_id}                           cancelRequest_2            200 400 404
GET    ephemeris/requests/{request_id}/data                      getSearchResultData_2      200 400 404
POST   ephemeris/requests/{request_id}/data     getSearchResultDataWithAdvancedFormatting_1 200 400 404
DELETE ephemeris/requests/{request_id}/data                      deleteDataFile_2           200 400 404
POST   ephemeris/search                                          search_2                   202 400
POST   ephemeris/search_synchronous                              searchSynchronous_1        200 400
POST   authenticate                                              authenticate               200 400 401
POST   authenticate/end_session                                  endSession                 200 400
GET    utils/timezones/convert                                   calcUtc                    200
POST   utils/describe/cartesian_products                         cartesianProduct           200
DELETE utils/admin/search_requests/{request_id}                  deleteSearchRequest        200 400 401 403
GET    utils/admin/search_requests                               findSearchRequests         200 400 401 403
GET    utils/timezones                                           listTimeZones              200
POST   utils/describe/query/conjunction                          parse                      200
POST   utils/describe/query/data_products                        parse_1                    200
POST   utils/describe/query/ephemeris                            parse_2                    200
"""


def _operation(line: str) -> Operation:
    method, path, name, success, *errors = line.split()
    return Operation(method, f"/api/v1/{path}", name, int(success), tuple(map(int, errors)))


OPERATIONS = tuple(map(_operation, _TABLE.strip().splitlines()))
