@access @critical
Feature: Privacy and access
  An account is private. Whoever has no business with it must not see it, change it or even learn that it
  is there, and nobody must come by more rights, or by a secret, than they were given.

  Rule: Nobody gets in without credentials

    @SEC-01 @clause-7.1 @needs-auth
    Scenario Outline: Without credentials nothing is shown or done
      Given user Ada exists
      When a client without credentials <errand>
      Then the request is refused because the credentials are missing
      And the refusal says how to get in
      And user Ada is unchanged

      Examples: What everybody can do
        | errand               |
        | creates user Mallory |
        | looks up user Ada    |
        | deletes user Ada     |
        | lists all users      |

    @SEC-01 @clause-7.1 @needs-auth @needs-put
    Scenario: Without credentials nobody is replaced
      Given user Ada exists
      When a client without credentials replaces user Ada
      Then the request is refused because the credentials are missing
      And the refusal says how to get in
      And user Ada is unchanged

    @SEC-01 @clause-7.1 @needs-auth @needs-patch
    Scenario: Without credentials nobody is changed
      Given user Ada exists
      When a client without credentials changes user Ada
      Then the request is refused because the credentials are missing
      And the refusal says how to get in
      And user Ada is unchanged

    @SEC-01 @clause-7.1 @needs-auth @needs-head
    Scenario: Without credentials nobody is noticed
      Given user Ada exists
      When a client without credentials checks for user Ada
      Then the request is refused because the credentials are missing
      And the refusal says how to get in

    @SEC-01 @clause-7.1 @needs-auth @needs-filter-by-email
    Scenario: Without credentials nobody is found
      Given user Ada exists
      When a client without credentials finds users by the email of user Ada
      Then the request is refused because the credentials are missing
      And the refusal says how to get in

    @SEC-02 @clause-7.1 @clause-3.3 @needs-auth
    Scenario Outline: Wrong credentials open nothing
      Given user Ada exists
      When a client with <wrong> looks up user Ada
      Then the request is refused because the credentials are not accepted
      And the refusal says how to get in
      And the refusal gives nothing away

      Examples: Ways of being wrong
        | wrong                       |
        | unknown credentials         |
        | altered credentials         |
        | credentials cut short       |
        | credentials cut in half     |
        | credentials with an end     |
        | credentials in other letters |
        | empty credentials           |
        | unsigned credentials        |
        | credentials of another kind |

    @SEC-02 @clause-7.1 @needs-auth
    Scenario Outline: Wrong credentials do nothing
      Given user Ada exists
      When a client with <wrong> deletes user Ada
      Then the request is refused because the credentials are not accepted
      And user Ada is unchanged

      Examples: Credentials that are almost right
        | wrong                   |
        | altered credentials     |
        | credentials cut in half |

  Rule: A tenant's users are its own

    @SEC-03 @clause-7.3 @needs-tenants
    Scenario: Another tenant cannot look a user up
      Given user Ada exists
      When another tenant looks up user Ada
      Then the request is refused because the user belongs to another tenant
      And the answer shows nothing of user Ada

    @SEC-03 @clause-7.3 @needs-tenants @needs-head
    Scenario: Another tenant cannot learn that a user exists
      Given user Ada exists
      When another tenant checks for user Ada
      Then the request is refused because the user belongs to another tenant

    @SEC-04 @clause-7.3 @needs-tenants
    Scenario: Another tenant cannot delete a user
      Given user Ada exists
      When another tenant deletes user Ada
      Then the request is refused because the user belongs to another tenant
      And the answer shows nothing of user Ada
      And user Ada is unchanged

    @SEC-04 @clause-7.3 @needs-tenants @needs-put
    Scenario: Another tenant cannot replace a user
      Given user Ada exists
      When another tenant replaces user Ada
      Then the request is refused because the user belongs to another tenant
      And user Ada is unchanged

    @SEC-04 @clause-7.3 @needs-tenants @needs-patch
    Scenario: Another tenant cannot change a user
      Given user Ada exists
      When another tenant changes user Ada
      Then the request is refused because the user belongs to another tenant
      And user Ada is unchanged

    @SEC-05 @clause-7.3 @needs-tenants
    Scenario: A list shows nobody of another tenant
      Given user Ada exists
      And user Grace exists at another tenant
      When another tenant lists all users
      Then user Ada is not among them

    @SEC-05 @clause-7.3 @clause-2.10 @needs-tenants @needs-sorting
    Scenario: A sorted list shows nobody of another tenant
      Given user Ada exists
      And user Grace exists at another tenant
      When another tenant lists all users sorted by email
      Then user Ada is not among them

    @SEC-05 @clause-7.3 @clause-2.11 @needs-tenants @needs-total-count
    Scenario: A list counts nobody of another tenant
      Given user Ada exists
      And user Grace exists at another tenant
      When another tenant lists all users
      Then user Grace is listed and counted there

    @SEC-05 @clause-7.3 @clause-2.9 @needs-tenants @needs-filter-by-email
    Scenario: A search finds nobody of another tenant
      Given user Ada exists
      When another tenant finds users by the email of user Ada
      Then nobody is found

    @SEC-05 @clause-7.3 @clause-2.8 @needs-tenants @needs-pagination
    Scenario: A page mark opens no other tenant's list
      Given users Ada and Alan exist
      And user Grace exists at another tenant
      When another tenant lists from a page mark of the client
      Then the page mark is refused, or shows nobody of the client's

  Rule: Nobody raises their own rights

    @SEC-06 @clause-7.4 @clause-1.5 @needs-put
    Scenario Outline: Nobody takes a role by replacing themselves
      Given user Ada exists
      When the client replaces user Ada with a chosen <field>
      Then the chosen <field> is not taken over for user Ada

      Examples: What makes somebody powerful
        | field |
        | role  |

    @SEC-06 @clause-7.4 @clause-1.5 @needs-patch
    Scenario Outline: Nobody takes a role by changing themselves
      Given user Ada exists
      When the client changes user Ada with a chosen <field>
      Then the chosen <field> is not taken over for user Ada

      Examples: What makes somebody mighty
        | field |
        | role  |

    @SEC-06 @clause-7.4
    Scenario: Nobody is made an administrator by a back door
      Given user Ada exists
      When the client tries to make user Ada an administrator
      Then the request is refused cleanly
      And user Ada is unchanged

    @SEC-06 @clause-7.2 @needs-read-only-token
    Scenario: Whoever may only read can read
      Given user Ada can be looked up
      When a client that may only read looks up user Ada
      Then the answer shows user Ada

    @SEC-06 @clause-7.2 @needs-read-only-token
    Scenario Outline: Whoever may only read changes nothing
      Given user Ada exists
      When a client that may only read <errand>
      Then the request is refused because the client may only read
      And user Ada is unchanged

      Examples: What needs more than reading
        | errand               |
        | creates user Mallory |
        | deletes user Ada     |

    @SEC-06 @clause-7.2 @needs-read-only-token @needs-put
    Scenario: Whoever may only read replaces nobody
      Given user Ada exists
      When a client that may only read replaces user Ada
      Then the request is refused because the client may only read
      And user Ada is unchanged

    @SEC-06 @clause-7.2 @needs-read-only-token @needs-patch
    Scenario: Whoever may only read patches nobody
      Given user Ada exists
      When a client that may only read changes user Ada
      Then the request is refused because the client may only read
      And user Ada is unchanged

    @SEC-09 @clause-7.4
    Scenario: A deletion in disguise deletes nobody
      Given user Ada exists
      When the client tries to delete user Ada under the name of another action
      Then the request is refused because the action is not offered, or the details are not valid
      And user Ada is unchanged

  Rule: Secrets stay secret

    @SEC-07 @clause-1.6 @needs-password
    Scenario: A password is shown in no view
      Given user Ada exists
      When the client looks up user Ada
      And the client lists all users
      Then no answer has shown a password

    @SEC-07 @clause-1.6 @clause-3.3 @needs-password @needs-validation
    Scenario Outline: A refusal does not repeat the password
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And no answer has shown a password

      Examples: Refused together with a password
        | flaw                         |
        | an empty name                |
        | a password that is too short |
        | a password that is too long  |

    @SEC-07 @clause-1.6 @needs-password @last
    Scenario: No password was shown in the whole run
      Given user Ada exists
      When the client lists all users
      Then no answer of the whole run has shown a password

    @SEC-08 @clause-3.3 @clause-7.5
    Scenario: Answers keep the inner workings to themselves
      Given user Ada exists
      When the client lists all users
      And the client is refused because there is no such user
      Then no answer has shown the inner workings

    @SEC-08 @clause-7.5 @needs-auth
    Scenario: Private answers are not left in shared caches
      Given user Ada exists
      When the client looks up user Ada
      And the client lists all users
      Then no answer may be kept by shared caches

    @SEC-08 @clause-7.5 @needs-auth @needs-filter-by-email
    Scenario: A search is not left in shared caches
      Given user Ada exists
      When the client finds users by the email of user Ada
      Then no answer may be kept by shared caches

    @SEC-09 @clause-7.5
    Scenario Outline: A name forges no line of an answer
      When the client creates user Mallory with name "<name>"
      Then the answer shows user Mallory as created, or a clean refusal
      And no answer has taken over a line of the client

      Examples: Names with lines of their own
        | case               | name                                |
        | both line ends     | Mallory\u000d\u000aX-Forged: yes    |
        | one line end       | Mallory\u000aX-Forged: yes          |
        | an end in code     | Mallory%0d%0aX-Forged: yes          |
        | an end in disguise | Mallory\u560d\u560aX-Forged: yes    |
