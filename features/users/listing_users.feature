@users @critical
Feature: Listing users
  Support and sales live in the list. Everybody must be in it, once, and it must tell the same story
  as a user's own page.

  Rule: The list shows everybody once

    @DIR-01 @clause-2.8
    Scenario: Everybody who exists is listed exactly once
      Given users Ada, Grace and Alan exist
      And user Zoë exists with name "Zoë 李 \U0001F600"
      When the client lists all users
      Then users Ada, Grace, Alan and Zoë are listed once

    @DIR-02 @clause-2.8 @needs-pagination
    Scenario Outline: Turning the pages shows everybody once
      Given <users> users exist
      When the client lists all users, <size> at a time
      Then all of them are listed once

      Examples: Around the size of a page
        | case               | users | size |
        | less than one page | 3     | 100  |
        | several pages      | 9     | 8    |
        | many pages         | 12    | 5    |

    @DIR-02 @clause-2.8 @needs-pagination
    Scenario: Equal names do not confuse the pages
      Given 6 users of the same name exist
      When the client lists all users, 5 at a time
      Then all of them are listed once

    @DIR-02 @clause-2.8 @clause-2.10 @needs-pagination @needs-sorting
    Scenario: Equal names do not confuse a sorted list
      Given 6 users of the same name exist
      When the client lists all users sorted by name, 5 at a time
      Then all of them are listed once

    @DIR-07 @clause-2.10 @needs-sorting
    Scenario: Equal names keep one order
      Given 6 users of the same name exist
      When the client lists all users sorted by name, 100 at a time
      Then all of them are listed once
      And a second look shows the same order

    @DIR-03 @clause-2.8 @needs-stable-cursor
    Scenario: Nobody is skipped while others come and go
      Given 8 users exist
      When the client lists all users, 4 at a time, while others come and go
      Then all who stayed are listed once

  Rule: Pages keep to what was asked for

    @DIR-04 @clause-2.8 @needs-pagination
    Scenario Outline: A page is no longer than asked for
      Given 3 users exist
      When the client lists a page of "<size>" users
      Then the page holds at most <size> users, and as many as there are

      Examples: Sizes within the limits
        | size |
        | 1    |
        | 2    |
        | 100  |

    @DIR-04 @clause-2.8 @needs-pagination
    Scenario Outline: No page holds more than promised
      Given more users exist than one page may hold
      When the client lists a page of "<size>" users
      Then the page is refused or within the limits

      Examples: Sizes that ask for everybody
        | size |
        | 1000 |
        | 0    |

    @DIR-04 @clause-2.8 @clause-3.5 @needs-pagination
    Scenario Outline: A size out of range does no harm
      Given 2 users exist
      When the client lists a page of "<size>" users
      Then the page is refused or within the limits

      Examples: Sizes out of range
        | size |
        | 0    |
        | -1   |
        | 101  |
        | x    |
        | 1.5  |

    @DIR-05 @clause-2.8 @clause-3.5 @needs-pagination
    Scenario Outline: A made-up page mark does no harm
      Given 3 users exist
      When the client lists from a page mark that <kind>
      Then the page is refused or not the first again

      Examples: Marks that were never given out
        | kind              |
        | is made up        |
        | was tampered with |

  Rule: What is searched is what is found

    @DIR-06 @clause-2.9 @needs-filter-by-email
    Scenario Outline: An email finds its user and nobody else
      Given user Ada exists with an email that has <kind>
      And user Grace exists with the email of user Ada, but <difference>
      When the client finds users by the email of user Ada
      Then user Ada is found alone

      Examples: Emails that careless searches confuse
        | kind          | difference                       |
        | a plus sign   | with a hyphen for the plus sign  |
        | dots          | with a letter for the dot        |
        | an underscore | with a letter for the underscore |
        | digits only   | with one more character in front |

    @DIR-06 @clause-2.9 @needs-filter-by-email
    Scenario: An email finds its user among many
      Given more users exist than one page may hold
      Then the first and the last of them are found by email

    @DIR-06 @clause-2.9 @clause-5.1 @needs-filter-by-email
    Scenario: An email that was given up finds nobody
      Given user Ada is found by email
      When the client changes user Ada to another email in whatever way is offered
      Then user Ada is found by email within the promised time
      And user Ada is not found by the first email

    @DIR-06 @clause-2.9 @needs-filter-by-email
    Scenario Outline: An email of nobody finds nobody
      Given user Ada exists
      When the client finds users by <text>
      Then nobody is found

      Examples: Emails of nobody
        | text                          |
        | an email of nobody            |
        | half of the email of user Ada |
        | a lone percent sign           |
        | a lone asterisk               |

    @DIR-07 @clause-2.10 @needs-sorting
    Scenario Outline: The list keeps the order that was asked for
      Given 5 users exist
      When the client lists all users sorted by <key>, 100 at a time
      Then all of them are listed in the order of <key>
      And a second look shows the same order

      Examples: Orders
        | key              |
        | name             |
        | name, last first |
        | email            |
        | creation date    |

    @DIR-07 @clause-2.10 @needs-sorting @needs-patch
    Scenario: Changes do not touch the order of creation
      Given 5 users exist
      When the client changes every second of them
      And the client lists all users sorted by creation date, 100 at a time
      Then all of them are listed in the order of creation date

  Rule: The list and the user tell the same story

    @DIR-08 @clause-2.12 @clause-5.1
    Scenario: The list shows what the user's own page shows
      Given user Ada exists
      When the client changes user Ada in whatever way is offered
      Then user Ada can be looked up within the promised time
      And user Ada is listed within the promised time
      And the list and the look-up of user Ada agree

    @DIR-09 @clause-2.11 @needs-total-count @exclusive
    Scenario: The number announced is the number shown
      Given 3 users exist
      And user Ada has been deleted
      When the client lists all users
      Then the number announced is the number listed
