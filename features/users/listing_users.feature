@users @critical
Feature: Listing users
  Support and sales work with the list. Every user must be in it exactly once, with the same details
  that a look-up shows.

  Rule: The list shows every user exactly once

    @DIR-01 @clause-2.8
    Scenario: Every user is listed exactly once
      Given users Ada, Grace and Alan exist
      And user Zoë exists with name "Zoë 李 \U0001F600"
      When the client lists all users
      Then users Ada, Grace, Alan and Zoë are listed exactly once

    @DIR-02 @clause-2.8 @needs-pagination
    Scenario Outline: All pages together show every user once
      Given <users> users exist
      When the client lists all users, <size> per page
      Then all of them are listed exactly once

      Examples: Around the size of a page
        | case               | users | size |
        | less than one page | 3     | 100  |
        | several pages      | 9     | 8    |
        | many pages         | 12    | 5    |

    @DIR-02 @clause-2.8 @needs-pagination
    Scenario: Equal names do not confuse the pages
      Given 6 users with the name "Aaron Abbott" exist
      When the client lists all users, 5 per page
      Then all of them are listed exactly once

    @DIR-02 @clause-2.8 @clause-2.10 @needs-pagination @needs-sorting
    Scenario: Equal names do not confuse a sorted list
      Given 6 users with the name "Aaron Abbott" exist
      When the client lists all users, sorted by name, 5 per page
      Then all of them are listed exactly once

    @DIR-02 @clause-2.8 @clause-2.10 @needs-pagination @needs-sorting
    Scenario: Letter case does not confuse a sorted list
      Given 8 users whose names differ in letter case exist
      When the client lists all users, sorted by name, 5 per page
      Then all of them are listed exactly once

    @DIR-02 @clause-2.8 @clause-2.10 @needs-pagination @needs-sorting
    Scenario: Greek letters do not confuse a sorted list
      Given 6 users whose names have Greek letters exist
      When the client lists all users, sorted by name, 2 per page
      Then all of them are listed exactly once

    @DIR-07 @clause-2.10 @needs-sorting
    Scenario: Equal names keep one order
      Given 6 users with the name "Aaron Abbott" exist
      When the client lists all users, sorted by name, 100 per page
      Then all of them are listed exactly once
      And the list is in the same order when it is listed again

    @DIR-03 @clause-2.8 @needs-stable-cursor
    Scenario: No user is skipped while others come and go
      Given 8 users exist
      When the client lists all users, 4 per page, while others come and go
      Then all of them who stayed are listed exactly once

  Rule: Pages keep to what was asked for

    @DIR-04 @clause-2.8 @needs-pagination
    Scenario Outline: A page is no longer than asked for
      Given 3 users exist
      When the client asks for a page of "<size>" users
      Then the page holds at most <size> users, and as many as there are

      Examples: Sizes within the limits
        | size |
        | 1    |
        | 2    |
        | 100  |

    @DIR-04 @clause-2.8 @needs-pagination
    Scenario: A page without a size has the default size
      Given more users exist than fit on a page of the default size
      When the client asks for a page without a size
      Then the page has the default size

    @DIR-04 @clause-2.8 @needs-pagination
    Scenario Outline: No page holds more than promised
      Given more users exist than fit on one page
      When the client asks for a page of "<size>" users
      Then the page is within the largest page size, or the request is refused

      Examples: Sizes that ask for all users
        | size |
        | 1000 |
        | 0    |

    @DIR-04 @clause-2.8 @clause-3.5 @needs-pagination
    Scenario Outline: A size out of range does no harm
      Given 2 users exist
      When the client asks for a page of "<size>" users
      Then the page is within the largest page size, or the request is refused

      Examples: Sizes out of range
        | size |
        | 0    |
        | -1   |
        | 101  |
        | x    |
        | 1.5  |

    @DIR-05 @clause-2.8 @clause-3.5 @needs-pagination
    Scenario Outline: A made-up cursor does no harm
      Given 3 users exist
      When the client asks for a page with a cursor that <kind>
      Then the page is not the first page again, or the request is refused

      Examples: Cursors that were never given out
        | kind              |
        | is made up        |
        | was tampered with |

    @DIR-05 @clause-3.5 @needs-pagination
    Scenario Outline: A cursor out of range does no harm
      Given 2 users exist
      When the client asks for a page with a cursor that <kind>
      Then the request is accepted or cleanly refused

      Examples: Cursors that lead nowhere
        | kind               |
        | is beyond any list |
        | is below zero      |
        | is empty           |

    @DIR-04 @clause-2.8 @clause-3.5 @needs-pagination
    Scenario: A size that is named twice does no harm
      Given 2 users exist
      When the client asks for a page whose size is named twice
      Then the page is within the largest page size, or the request is refused

    @DIR-07 @clause-2.10 @clause-3.5 @needs-sorting
    Scenario Outline: An odd order does no harm
      Given 2 users exist
      When the client asks for a page <order>
      Then the request is accepted or cleanly refused

      Examples: Orders that lead nowhere
        | order                           |
        | in an order that does not exist |
        | whose order is named twice      |

  Rule: A search finds exactly what was asked for

    @DIR-06 @clause-2.9 @needs-filter-by-email
    Scenario Outline: An email finds its user and no other
      Given user Ada exists with an email that has <kind>
      And user Grace exists with the email of user Ada, but <difference>
      When the client searches for the email of user Ada
      Then the search finds only user Ada

      Examples: Emails that careless searches confuse
        | kind          | difference                       |
        | a plus sign   | with a hyphen for the plus sign  |
        | dots          | with a letter for the dot        |
        | an underscore | with a letter for the underscore |
        | digits only   | with one more character in front |

    @DIR-06 @clause-2.9 @needs-filter-by-email @needs-unicode-email
    Scenario: An email with an accent finds its user
      Given user Ada exists with an email that has an accent
      And user Grace exists with the email of user Ada, but without the accent
      When the client searches for the email of user Ada
      Then the search finds only user Ada

    @DIR-06 @clause-2.9 @clause-2.10 @needs-filter-by-email @needs-sorting
    Scenario: An order does not widen a search
      Given users Ada and Grace exist
      When the client searches for the email of user Ada, sorted by name
      Then the search finds only user Ada

    @DIR-06 @clause-2.9 @needs-filter-by-email
    Scenario: An email finds its user among many
      Given more users exist than fit on one page
      Then the first and the last of them can be found by email within the promised time

    @DIR-06 @clause-2.9 @clause-5.1 @needs-filter-by-email
    Scenario: An email that was given up finds no user
      Given user Ada can be found by email
      When the client gives user Ada another email
      Then user Ada can be found by email within the promised time
      And a search by the first email no longer shows user Ada within the promised time

    @DIR-06 @clause-2.9 @clause-5.1 @needs-filter-by-email @needs-put
    Scenario: An email given up by replacement finds no user
      Given user Ada can be found by email
      When the client replaces user Ada with another email
      Then user Ada can be found by email within the promised time
      And a search by the first email no longer shows user Ada within the promised time

    @DIR-06 @clause-2.9 @needs-filter-by-email
    Scenario Outline: An unknown email finds no user
      Given user Ada exists
      When the client searches for <text>
      Then the search finds no user

      Examples: Emails that no user has
        | text                          |
        | an email that no user has     |
        | half of the email of user Ada |
        | the escaped email of user Ada |
        | a single percent sign         |
        | a single asterisk             |
        | a single quotation mark       |

    @DIR-06 @clause-2.9 @clause-5.1 @clause-6.1 @needs-filter-by-email
    Scenario: A search shows what has changed since
      Given user Ada can be found by email
      When the client searches for the email of user Ada
      And the client gives user Ada another name
      And the client searches for the email of user Ada, only if the answer has changed
      Then the search finds only user Ada

    @DIR-07 @clause-2.10 @needs-sorting
    Scenario Outline: The list keeps the order that was asked for
      Given 5 users exist
      When the client lists all users, sorted by <key>, 100 per page
      Then the list is sorted by <key>
      And the list is in the same order when it is listed again

      Examples: Orders
        | key                         |
        | name                        |
        | name, last first            |
        | email                       |
        | creation date               |
        | creation date, newest first |

    @DIR-07 @clause-2.8 @clause-2.10 @needs-pagination @needs-sorting
    Scenario: An order goes on from page to page
      Given 5 users exist
      When the client lists all users, sorted by name, 2 per page
      Then the list is sorted by name

    @DIR-07 @clause-2.10 @needs-sorting @needs-patch
    Scenario Outline: Changes do not touch the order of creation
      Given 5 users exist
      When the client changes every second of them
      And the client lists all users, sorted by <key>, 100 per page
      Then the list is sorted by <key>

      Examples: Orders that changes leave alone
        | key                         |
        | creation date               |
        | creation date, newest first |

  Rule: The list and a look-up agree

    @DIR-08 @clause-2.12 @clause-5.1
    Scenario: The list shows what a look-up shows
      Given user Ada exists
      When the client gives user Ada another name
      Then a look-up shows user Ada with a new name and all other details as before within the promised time
      And the list shows user Ada with a new name and all other details as before within the promised time
      And the list and a look-up show the same details of user Ada

    @DIR-09 @clause-2.11 @needs-total-count @exclusive
    Scenario: The announced number of users is the listed one
      Given 3 users exist
      And user Ada has been deleted
      When the client lists all users
      Then the number of users announced to the client is the number listed

    @DIR-09 @DIR-02 @clause-2.8 @clause-2.11 @needs-total-count @needs-pagination @exclusive
    Scenario Outline: The last page holds the last users
      Given 3 users exist
      When the client lists all users, with <last> on the last page
      Then all of them are listed exactly once
      And the number of users announced to the client is the number listed

      Examples: What is left for the last page
        | last                 |
        | one user             |
        | as many users as fit |
